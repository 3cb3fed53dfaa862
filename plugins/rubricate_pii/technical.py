"""Numbers of things that belong to a person: telephones, network cards, wallets."""

from __future__ import annotations

import hashlib
import re

from rubricate.api import possible_dates
from rubricate_pii.arithmetic import bare

__all__ = ["CHECKS", "bitcoin", "mac", "phone"]

MAC = re.compile(r"[0-9A-F]{12}")
MAC_SEPARATORS = re.compile(r"[:.-]")
PHONE = re.compile(r"[+0-9()\s./-]+(?:x[0-9]{1,6})?", re.ASCII | re.IGNORECASE)
EXTENSION = re.compile(r"x.*", re.IGNORECASE | re.DOTALL)
IPV4 = re.compile(r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}")
LEAST_DIGITS, MOST_DIGITS = 7, 15

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
LEGACY = re.compile(rf"[13][{BASE58}]{{25,34}}")
BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
SEGWIT = re.compile(rf"bc1[{BECH32}]{{8,87}}")
GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
BECH32_RESIDUES = frozenset({1, 0x2BC830A3})
"""Of Bech32, and of Bech32m, which addresses since Taproot use."""


def mac(text: str) -> bool:
    """Whether it is the address of one network card: neither all zeros nor the broadcast address.

    Source: IEEE 802-2014, clause 8.

    >>> mac("00:1A:2B:3C:4D:5E"), mac("FF-FF-FF-FF-FF-FF")
    (True, False)
    """
    number = MAC_SEPARATORS.sub("", text).upper()
    return bool(MAC.fullmatch(number)) and number not in ("0" * 12, "F" * 12)


def phone(text: str) -> bool:
    """Whether it has as many digits as a telephone number, and is neither a date, an IP address nor one digit repeated.

    Source: ITU-T E.164: at most fifteen digits; an extension behind an "x" does not count.

    >>> phone("+1 415 555 0132"), phone("2024-05-06"), phone("192.0.2.1")
    (True, False, False)
    """
    number = text.strip()
    if not PHONE.fullmatch(number) or possible_dates(number) or IPV4.fullmatch(number):
        return False
    digits = re.sub(r"[^0-9]", "", EXTENSION.sub("", bare(number)))
    return LEAST_DIGITS <= len(digits) <= MOST_DIGITS and len(set(digits)) > 1


def bitcoin(text: str) -> bool:
    """Whether it is a Bitcoin address: Base58Check, or Bech32 of the main network.

    Source: Bitcoin developer reference, Base58Check; BIP 173 and BIP 350.

    >>> bitcoin("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"), bitcoin("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3")
    (True, False)
    """
    address = text.strip()
    if LEGACY.fullmatch(address):
        return _base58check(address)
    lowered = address.lower()
    return address in (lowered, address.upper()) and bool(SEGWIT.fullmatch(lowered)) and _bech32(lowered)


def _base58check(address: str) -> bool:
    number = 0
    for sign in address:
        number = 58 * number + BASE58.index(sign)
    if number >= 1 << 200:
        return False
    content = number.to_bytes(25, "big")
    return hashlib.sha256(hashlib.sha256(content[:-4]).digest()).digest()[:4] == content[-4:]


def _bech32(address: str) -> bool:
    human = address[:2]
    values = [ord(sign) >> 5 for sign in human] + [0] + [ord(sign) & 31 for sign in human]
    values += [BECH32.index(sign) for sign in address[3:]]
    rest = 1
    for value in values:
        top, rest = rest >> 25, (rest & 0x1FFFFFF) << 5 ^ value
        for bit, part in enumerate(GENERATOR):
            rest ^= part if top >> bit & 1 else 0
    return rest in BECH32_RESIDUES


CHECKS = (
    ("bitcoin", "a Bitcoin address with right check signs", bitcoin),
    ("mac", "the address of one network card", mac),
    ("phone", "as many digits as a telephone number has, and no date or IP address", phone),
)
