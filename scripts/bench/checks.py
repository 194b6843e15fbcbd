"""Checksums of what DuckDB found, in the same words as suite/benches/engine/checks.rs.

One line per clause and day: rows, statuses, the sum of values, and two order-independent sums of
64-bit hashes, over (clause, city, subject, first day, status, value) and over the counts of every
organisation. It knows nothing of the clauses.
Read next: duck.py.
"""

import numpy

STATUSES = ["not_due", "due", "met", "late", "missing", "exempt", "cancelled"]
WORD = numpy.uint64


def mix(value):
    """The finishing steps of splitmix64."""
    value = (value ^ (value >> WORD(30))) * WORD(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> WORD(27))) * WORD(0x94D049BB133111EB)
    return value ^ (value >> WORD(31))


def text_hash(texts):
    """FNV-1a of each text; texts of one length are hashed together."""
    texts = [text.encode() for text in texts]
    hashes = numpy.zeros(len(texts), dtype=WORD)
    by_length = {}
    for index, text in enumerate(texts):
        by_length.setdefault(len(text), []).append(index)
    for length, indexes in by_length.items():
        letters = numpy.frombuffer(b"".join(texts[i] for i in indexes), dtype=numpy.uint8)
        hashes[indexes] = fnv(letters.reshape(len(indexes), length))
    return hashes


def fnv(letters):
    """FNV-1a of rows of letters."""
    found = numpy.full(letters.shape[0], 0xCBF29CE484222325, dtype=WORD)
    for column in range(letters.shape[1]):
        found = (found ^ letters[:, column].astype(WORD)) * WORD(0x100000001B3)
    return found


def numbered_hash(letter, numbers):
    """FNV-1a of ids like t000123, without making the texts."""
    rows = numpy.empty((len(numbers), len(letter) + 6), dtype=numpy.uint8)
    for at, sign in enumerate(letter.encode()):
        rows[:, at] = sign
    for digit in range(6):
        rows[:, len(letter) + digit] = 48 + numbers // 10 ** (5 - digit) % 10
    return fnv(rows)


def line(day, clause, at, rows, keys, cities, standing, org_keys, org_cities):
    """The line of one clause; `at` is its place among the clauses."""
    with numpy.errstate(over="ignore"):
        subject = rows["subject"].astype(numpy.int64)
        seed = WORD(at + 1) + (cities[subject].astype(WORD) << WORD(32))
        status = rows["status"].astype(WORD)
        value = rows["value"].astype(numpy.int64)
        found = mix(mix(seed) ^ keys[subject])
        found = mix(found ^ rows["first_day"].astype(numpy.int64).astype(WORD))
        found = mix(found ^ (value.astype(WORD) << WORD(3)) ^ status)
        total = numpy.add.reduce(found, dtype=WORD) if len(found) else WORD(0)
        sums = WORD(0)
        if standing is not None:
            org = standing["org"].astype(numpy.int64)
            seed = WORD(at + 1) + (org_cities[org].astype(WORD) << WORD(32))
            hashes = mix(mix(mix(seed) ^ org_keys[org]) ^ standing["status"].astype(WORD))
            sums = numpy.add.reduce(hashes * standing["n"].astype(WORD), dtype=WORD)
    counts = numpy.bincount(rows["status"].astype(numpy.int64), minlength=len(STATUSES))
    if standing is None:
        counts[:] = 0
    words = " ".join(f"{word}={count}" for word, count in zip(STATUSES, counts))
    return (f"{day} {clause} rows={len(subject)} {words} sum={int(value.sum())} "
            f"rows_hash={int(total):016x} standing_hash={int(sums):016x}")
