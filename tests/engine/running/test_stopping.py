"""Asking a run to stop."""

import os
import signal
import threading

import pytest

from rubricate.running.stopping import listen_for_stop


def test_nobody_has_asked_at_first():
    with listen_for_stop() as stop:
        assert stop.asked is False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_first_signal_is_a_request(number):
    with listen_for_stop() as stop:
        os.kill(os.getpid(), number)

        assert stop.asked is True


def test_second_signal_interrupts():
    with listen_for_stop():
        os.kill(os.getpid(), signal.SIGINT)

        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)


def test_handlers_are_put_back():
    before = signal.getsignal(signal.SIGINT)
    with listen_for_stop():
        pass

    assert signal.getsignal(signal.SIGINT) is before


def test_other_threads_can_run_without_signals():
    asked = []

    def work():
        with listen_for_stop() as stop:
            asked.append(stop.asked)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()

    assert asked == [False]
