#!/usr/bin/env python3
"""Writes openapi.json beside itself: flagship signatures computed from the rule
alone, with nothing of the Go code. Run it anew when a vector is added.

Rule: every query parameter except sign, plus body = the raw body text; names
ascending by byte; name and value joined with nothing between; the secret in
front and at the end; MD5 of the UTF-8 text; lower-case hex.
"""
import hashlib
import json
import pathlib

SECRET, SALT = "testsecret:testsalt".split(":", 1)
COMMON = [("sid", "sandbox"), ("key", "sandbox"), ("salt", SALT), ("method", "sales.Payment.queryWithDetail"),
          ("v", "1.0"), ("timestamp", "344697915")]
WINDOW = '[{"start_time":"2022-12-01 00:00:00","end_time":"2022-12-28 17:59:59"}]'
PAGED = COMMON + [("page_size", "2"), ("page_no", "0"), ("calc_total", "1")]
PUSH = [(k, "finance.RawPayment.push" if k == "method" else v) for k, v in COMMON]

CASES = [
    ("query with paging parameters", PAGED, WINDOW),
    ("sign among the parameters is left out", PAGED + [("sign", "0" * 32)], WINDOW),
    ("without paging", COMMON, WINDOW),
    ("empty body", COMMON, ""),
    ("empty array", COMMON, "[]"),
    ("Chinese, raw", PUSH, '[[{"shop_no":"POS","remark":"现金-测试店"}]]'),
    ("Chinese, escaped by the client", PUSH, json.dumps([[{"shop_no": "POS", "remark": "现金-测试店"}]])),
    ("Chinese in a parameter", COMMON + [("remark", "手工建单")], WINDOW),
    ("astral character", PUSH, '[[{"remark":"a😀b"}]]'),
    ("empty values", COMMON + [("page_size", ""), ("calc_total", "")], WINDOW),
    ("capitals sort before small letters", COMMON + [("Zone", "z"), ("Body", "B"), ("aZ", "1"), ("a_", "2"), ("aa", "3")], "[]"),
    ("names that continue others", COMMON + [("b", "odyX"), ("bod", "y"), ("body_", "1"), ("body2", "2")], "[1]"),
    ("non-ASCII names sort by UTF-8 bytes", COMMON + [("\uff5a", "1"), ("\U0001f600", "2"), ("é", "3"), ("z", "4")], "[]"),
    ("separators in values", COMMON + [("q", "a&b=c;d+e%20f/g\"h\\i")], "[]"),
    ("blanks and line ends are kept", COMMON + [("q", " x ")], "[ {\"a\" : 1} ]\r\n"),
    ("equal names stay in the order of the wire", COMMON + [("q", "b"), ("q", "a")], "[]"),
    ("a parameter named body stands before the body", COMMON + [("body", "param")], "raw"),
    ("big body", PUSH, "[" + ",".join('{"order_no":"AFpUNQaX%06d","in_amount":199.0000,"remark":"备注"}' % i for i in range(1000)) + "]"),
]


def sign(pairs, body):
    signed = [(k, v) for k, v in pairs if k != "sign"] + [("body", body)]
    signed.sort(key=lambda p: p[0].encode("utf-8"))
    text = SECRET + "".join(k + v for k, v in signed) + SECRET
    return hashlib.md5(text.encode("utf-8")).hexdigest()


def main():
    vectors = [{"name": name, "scheme": "openapi", "secret": SECRET, "pairs": [list(p) for p in pairs],
                "body": body, "sign": sign(pairs, body), "accept": True} for name, pairs, body in CASES]
    document = {"comment": "made by make.py from the rule text; do not edit", "vectors": vectors}
    out = pathlib.Path(__file__).with_name("openapi.json")
    out.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


main()
