"""Who opens a link: a person, a messenger that draws its preview, or a robot.

Messengers fetch a link while somebody types it, so their visits are no clicks. Most say so with a name of
their own; some borrow another's: Signal calls itself WhatsApp, Apple's Messages names Facebook and Twitter
inside a Safari. A name that a preview uses may also stand in the browser inside the same app, behind which is
a person: WhatsApp, Viber and the like count as previews only where the name comes first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

LONGEST: Final = 512
"""Signs of a browser's name that are read."""

PREVIEW_FIRST: Final = re.compile(r"(whatsapp|viber|signal|telegram|snapchat|line|kakaotalk)\b", re.I)
"""Alone at the beginning: the app itself fetches. After ``Mozilla/5.0`` it is the browser inside the app."""

PREVIEW: Final = re.compile(
    r"""
    facebookexternalhit | facebot | facebookcatalog | meta-external(fetcher|hit)
    | telegrambot | twitterbot | linkedinbot | slackbot | slack-imgproxy | discordbot
    | skypeuripreview | microsoftpreview | bingpreview | google-pagerenderer | google\ web\ preview
    | developers\.google\.com/\+/web/snippet
    | pinterestbot | pinterest/0 | redditbot | vkshare | snap\ url\ preview | applebot
    | line-poker | kakaotalk-scrap | zalo.*preview | wechat.*preview
    | yahoo\ link\ preview | quora\ link\ preview | bitrix\ link\ preview
    | cardyb | mastodon/ | pleroma | misskey | akkoma | lemmy/ | synapse\ \(bot
    | embedly | iframely | bitlybot | tumblr/ | flipboardproxy | bufferbot | nuzzel
    | xing-contenttabreceiver | rocket\.chat | mattermost | nextcloud
    """,
    re.I | re.X,
)
"""Names of those who draw previews, wherever they stand."""

BOT: Final = re.compile(
    r"""
    (?<!cu)bot\b | (?<!cu)bot[/;_-] | crawl | spider | slurp | scrap | fetcher | archiver
    | headless | phantomjs | puppeteer | playwright | selenium | lighthouse | page\ ?speed
    | curl | wget | python | \bjava/ | go-http-client | okhttp | axios | undici | httpclient | http-client
    | libwww | \bruby\b | \bperl\b | \bphp\b | guzzle | cfnetwork | dalvik
    | preview | monitor | uptime | pingdom | statuscake | validator | proofpoint | barracuda | safelinks
    | mediapartners | googleother | google-(read-aloud|safety|inspectiontool|site-verification) | feedburner
    | facebookplatform | meta-externalagent | chatgpt-user | claude-(user|web) | perplexity
    """,
    re.I | re.X,
)
"""Words of robots; a Cubot is a telephone."""

BROWSER_FIRST: Final = re.compile(r"(mozilla|opera|ucweb|nokia|blackberry|samsung)", re.I)
"""How the name of a browser begins; everything else is a program."""

PLATFORMS: Final = (
    ("iOS", re.compile(r"iPhone|iPad|iPod")),
    ("Android", re.compile(r"Android")),
    ("Windows", re.compile(r"Windows")),
    ("Mac", re.compile(r"Macintosh")),
    ("Linux", re.compile(r"Linux|X11|CrOS")),
)

BROWSERS: Final = (
    ("WhatsApp", re.compile(r"WhatsApp|WA4A")),
    ("Instagram", re.compile(r"Instagram")),
    ("Facebook", re.compile(r"FBAN|FBAV|FB_IAB|FBIOS")),
    ("Telegram", re.compile(r"Telegram")),
    ("TikTok", re.compile(r"TikTok|musical_ly|Bytedance")),
    ("Snapchat", re.compile(r"Snapchat")),
    ("Pinterest", re.compile(r"Pinterest")),
    ("LinkedIn", re.compile(r"LinkedInApp")),
    ("Viber", re.compile(r"Viber")),
    ("Line", re.compile(r"\bLine/")),
    ("Google", re.compile(r"\bGSA/")),
    ("Edge", re.compile(r"\bEdg")),
    ("Opera", re.compile(r"\bOPR/|Opera|OPiOS|OPT/")),
    ("Samsung", re.compile(r"SamsungBrowser")),
    ("DuckDuckGo", re.compile(r"DuckDuckGo|Ddg/")),
    ("Huawei", re.compile(r"HuaweiBrowser")),
    ("Xiaomi", re.compile(r"MiuiBrowser")),
    ("Firefox", re.compile(r"Firefox/|FxiOS")),
    ("Chrome", re.compile(r"Chrome/|CriOS/|Chromium/")),
    ("Safari", re.compile(r"Safari/|AppleWebKit/")),
)

PREFETCH: Final = (
    ("HTTP_SEC_PURPOSE", ("prefetch", "prerender")),
    ("HTTP_PURPOSE", ("prefetch", "preview", "prerender")),
    ("HTTP_X_PURPOSE", ("prefetch", "preview", "prerender", "instant")),
    ("HTTP_X_MOZ", ("prefetch",)),
)
"""Headers by which a browser says that nobody has asked for the page yet."""


class Agent(NamedTuple):
    """Who opens a link."""

    kind: str
    """person, preview or bot."""

    family: str
    """Browser and system without a version, ``Chrome Android``; what it calls itself is not kept."""


def classify(environ: Mapping[str, Any]) -> Agent:
    """Tell who sent a request.

    A browser that fetches ahead counts as a preview: nobody has opened the link yet.
    """
    agent = read(str(environ.get("HTTP_USER_AGENT") or "")[:LONGEST])
    if agent.kind == "person" and is_prefetch(environ):
        return Agent("preview", agent.family)
    return agent


def is_prefetch(environ: Mapping[str, Any]) -> bool:
    """Tell whether a browser fetches ahead."""
    for header, words in PREFETCH:
        said = environ.get(header)
        if said and any(word in str(said).lower() for word in words):
            return True
    return False


@lru_cache(maxsize=4096)
def read(text: str) -> Agent:
    """Read what a browser calls itself.

    Args:
        text: the ``User-Agent`` header; whoever sends none is a robot.
    """
    if PREVIEW.search(text) or PREVIEW_FIRST.match(text):
        return Agent("preview", "preview")
    if BOT.search(text) or not BROWSER_FIRST.match(text):
        return Agent("bot", "bot")
    return Agent("person", f"{_first(BROWSERS, text)} {_first(PLATFORMS, text)}")


def _first(names: tuple[tuple[str, re.Pattern[str]], ...], text: str) -> str:
    return next((name for name, pattern in names if pattern.search(text)), "other")
