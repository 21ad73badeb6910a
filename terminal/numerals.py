"""Whole numbers in Chinese, as words to be said and as the capitals used for money in writing.

Rules of the written language: groups of four digits (万, 亿), one 零 for any run of inner zeros, 十
without 一 only at the very start, 两 before 百, 千, 万 and 亿 when a number is spoken before a measure
word. Range: 0 to 9999 亿 9999 万 9999.
"""

_SPOKEN = ("零一二三四五六七八九", ("", "十", "百", "千"), ("", "万", "亿"))
_CAPITAL = ("零壹贰叁肆伍陆柒捌玖", ("", "拾", "佰", "仟"), ("", "万", "亿"))
_GROUP = 10_000
LARGEST = _GROUP**3 - 1


def spoken(number: int) -> str:
    """`number` as it is said: 20050 is 二万零五十, 15 is 十五."""
    words = _words(number, *_SPOKEN)
    return words[1:] if words.startswith("一十") else words


def capitals(number: int) -> str:
    """`number` in the capitals used for money: 1500 is 壹仟伍佰."""
    return _words(number, *_CAPITAL)


def _words(number: int, digits: str, units: tuple[str, ...], groups: tuple[str, ...]) -> str:
    if not 0 <= number <= LARGEST:
        raise ValueError(f"{number} is outside 0 to {LARGEST}")
    if number == 0:
        return digits[0]
    out, gap = "", False
    for power in (2, 1, 0):
        group = number // _GROUP**power % _GROUP
        if not group:
            gap = bool(out)
            continue
        if out and (gap or group < _GROUP // 10):
            out += digits[0]
        out += _group(group, digits, units) + groups[power]
        gap = False
    return out


def _group(number: int, digits: str, units: tuple[str, ...]) -> str:
    out, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if not digit:
            gap = bool(out)
            continue
        if gap:
            out += digits[0]
            gap = False
        out += digits[digit] + units[place]
    return out
