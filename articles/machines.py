"""What machines may do with what is published: the setting MACHINES, in every form it is said.

``all``: read, list in search engines, train. ``search``: read and list, but not train: text and
data mining is reserved, as Article 4 of the EU's Directive 2019/790 asks, in a form that machines
read. ``nothing``: neither. The techniques are those of IPTC's “Generative AI Opt-Out Best
Practices”; none of them keeps out a program that does not ask.
"""

from __future__ import annotations

from django.conf import settings

#: Programs that gather texts to train AI systems, by the name that each looks for in robots.txt.
#: Those that answer a person's question with a link, or make an index for it, are not among them.
TRAINERS = (
    "AI2Bot",
    "Ai2Bot-Dolma",
    "Amazonbot",
    "Applebot-Extended",
    "Bytespider",
    "CCBot",
    "ClaudeBot",
    "Diffbot",
    "FacebookBot",
    "GPTBot",
    "Google-Extended",
    "ImagesiftBot",
    "PanguBot",
    "Timpibot",
    "Webzio-Extended",
    "anthropic-ai",
    "cohere-ai",
    "cohere-training-data-crawler",
    "meta-externalagent",
    "omgili",
    "omgilibot",
)

#: What is reserved, for people who read the feed's terms; pages say it in their language.
RESERVATION = (
    "Text and data mining and the training of AI systems are reserved; they need our agreement."
)


def reserved() -> bool:
    """Whether training AI systems on what is published needs an agreement."""
    return bool(settings.MACHINES != "all")


def listed() -> bool:
    """Whether search engines may list what is published."""
    return bool(settings.MACHINES != "nothing")


def terms() -> str:
    """The words of the feed's terms that follow from the setting; "" where all is allowed."""
    return RESERVATION if reserved() else ""


def policy() -> str:
    """The address of the terms of use, if the setting USAGE_TERMS is one."""
    given = str(settings.USAGE_TERMS)
    return given if given.startswith(("https://", "http://")) else ""


def robots() -> str:
    """The value of X-Robots-Tag and of the robots meta tag; "" where all is allowed."""
    said = [] if listed() else ["noindex", "nofollow", "noarchive"]
    return ", ".join([*said, "noai", "noimageai"]) if reserved() else ""


def headers() -> dict[str, str]:
    """The headers of every public answer: TDMRep, Content-Usage (IETF aipref), X-Robots-Tag."""
    if not reserved():
        return {"TDM-Reservation": "0"}
    said = {"TDM-Reservation": "1", "Content-Usage": "train-ai=n", "X-Robots-Tag": robots()}
    return said | ({"TDM-Policy": policy()} if policy() else {})
