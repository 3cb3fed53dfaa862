"""The export of COCO files against the contract of plugins."""

import json

import rubricate_coco
from rubricate.testing import ExportSample, PluginContract


def read_images(data):
    return [{"id": image["record"]} for image in json.loads(data)["images"]]


class TestCoco(PluginContract):
    plugin = rubricate_coco
    samples = (ExportSample("coco", read=read_images, of_images=True),)
