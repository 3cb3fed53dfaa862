from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubricate.texts.dates import possible_dates

THE_DAY = (date(2024, 3, 12),)


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-12",
        "2024/3/12",
        "2024.03.12",
        "20240312",
        "2024-03-12T10:00:00Z",
        "2024-03-12 10:00:00.5+01:00",
        "12.3.2024",
        "12.03.24",
        "12 March 2024",
        "12th of March 2024",
        "12. March 2024",
        "12-Mar-2024",
        "12 mar '24",
        "March 12, 2024",
        "Mar. 12th 2024",
        " MARCH  12 2024 ",
        "2024 March 12",
    ],
)
def test_a_form_that_people_write_is_read(text):
    assert possible_dates(text) == THE_DAY


@pytest.mark.parametrize(
    "text",
    ["", "12", "2024", "2023-02-29", "31.04.2024", "2024-13-13", "0999-01-01", "12 Foo 2024", "1.2.3", "99999999"],
)
def test_what_the_calendar_does_not_have_is_no_date(text):
    assert possible_dates(text) == ()


def test_day_and_month_may_be_swapped_between_slashes():
    assert possible_dates("3/4/2024") == (date(2024, 3, 4), date(2024, 4, 3))
    assert possible_dates("13/4/2024") == possible_dates("4/13/2024") == (date(2024, 4, 13),)
    assert possible_dates("5/5/2024") == (date(2024, 5, 5),)


def test_years_of_two_digits_turn_at_69():
    assert possible_dates("1.1.68") == (date(2068, 1, 1),)
    assert possible_dates("1.1.69") == (date(1969, 1, 1),)


@given(st.dates(min_value=date(1000, 1, 1), max_value=date(2999, 12, 31)))
def test_every_day_is_read_back_from_how_it_is_written(day):
    written = (day.isoformat(), f"{day.day} {day:%B} {day.year}", f"{day:%b} {day.day}, {day.year}")

    assert [possible_dates(text) for text in written] == [(day,)] * 3
