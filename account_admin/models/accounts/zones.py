"""Time zones of contacts of whom only the country, or the state, is known."""

from functools import cache
from zoneinfo import ZoneInfo

import pytz

EASTERN, CENTRAL = "America/New_York", "America/Chicago"
MOUNTAIN, PACIFIC = "America/Denver", "America/Los_Angeles"
#: Countries whose outlying parts would leave no common hour.
COUNTRIES = {
    # the contiguous states; a contact in Alaska or Hawaii has its state
    "US": (EASTERN, CENTRAL, MOUNTAIN, PACIFIC),
}
#: By country and state; a state with two has both.
STATES = {
    ("US", state): zones
    for zones, states in (
        ((EASTERN,), "CT DC DE GA MA MD ME NC NH NJ NY OH PA RI SC VA VT WV"),
        ((EASTERN, CENTRAL), "FL IN KY MI TN"),
        ((CENTRAL,), "AL AR IA IL LA MN MO MS OK WI"),
        ((CENTRAL, MOUNTAIN), "KS ND NE SD TX"),
        ((MOUNTAIN,), "CO MT NM UT WY"),
        (("America/Phoenix",), "AZ"),
        ((MOUNTAIN, PACIFIC), "ID OR"),
        ((PACIFIC,), "CA NV WA"),
        (("America/Anchorage", "America/Adak"), "AK"),
        (("Pacific/Honolulu",), "HI"),
    )
    for state in states.split()
}


@cache
def get_zones(country, state=None):
    """Zones that somebody may be in.

    :param str country: its code
    :param str state: its code, or None
    :return: tuple of ``ZoneInfo``, empty where nothing is known
    """
    names = STATES.get((country, state)) or COUNTRIES.get(country)
    names = names or pytz.country_timezones.get(country, ())
    return tuple(map(ZoneInfo, names))
