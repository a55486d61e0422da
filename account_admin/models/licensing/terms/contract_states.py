"""What the states of a contract stand for."""

#: Its terms are still being written.
OPEN = ("draft", "review")
#: It is in force, its sell-off period included.
LIVE = ("active", "sell_off")
#: It was agreed: its commitments are billed, its licensee sees it.
BILLED = ("approved", "active", "sell_off", "expired", "terminated")
