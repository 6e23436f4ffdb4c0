"""How dates, times and numbers are written in Chinese, in either script."""

from chuangwen.web.formats.zh_Hans.formats import *  # noqa: F403
