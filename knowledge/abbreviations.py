"""Abbreviations usual in data models: what a word may be short for, and what it may be shortened to (pure)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import Stemmer

from knowledge.language import DEFAULT

Words = tuple[str, ...]

LONGEST = 4
"""Words of the longest of what abbreviations are short for."""

_USUAL = """
acct account
acq acquisition
acv annual contract value
addr address
adj adjustment | adjusted
agg aggregate | aggregated
alloc allocation
amt amount
aov average order value
~app application
appl application
appt appointment
arpa average revenue per account
arpu average revenue per user
arr annual recurring revenue
assoc association | associated
attr attribute
auth authorization
avail available | availability
avg average
~bal balance
bldg building
bom bill of materials
cac customer acquisition cost
calc calculated | calculation
~cat category
cd code
chg change | charge
chk check
clm claim
clnt client
cltv customer lifetime value
clv customer lifetime value
cmpgn campaign
cnt count
cntry country
cogs cost of goods sold
comm commission | communication
comp company | compensation
conv conversion
corp corporate | corporation
cpa cost per acquisition
cpc cost per click
cpm cost per mille
ctr click through rate
ctry country
curr currency | current
cust customer
cvr conversion rate
dau daily active users
~del deleted | delivery
dept department
~desc description
dest destination
~dev development | device
dim dimension
disc discount
dist distance | district | distribution
div division
dlv delivery
dob date of birth
doc document
dod date of death
dow day of week
~dt date
dtl detail
dur duration
~eff effective
elig eligible | eligibility
emp employee
env environment
eod end of day
eom end of month
err error
est estimate | estimated
evt event
exch exchange
~exp expense | expiration
~ext external | extension
fcst forecast
fk foreign key
flg flag
fname first name
freq frequency
fx foreign exchange
fy fiscal year
geo geography
gl general ledger
gmv gross merchandise value
govt government
grp group
hist history
hosp hospital
hq headquarters
hr hour | human resources
hrs hours
img image
~imp impression
incr increase
~ind indicator | industry
info information
~ins insurance
inst institution
intl international
~inv invoice | inventory
itm item
kpi key performance indicator
lang language
lat latitude
lbl label
lic license
~ln line
lname last name
lng longitude
loc location
lon longitude
ltv lifetime value
maint maintenance
~mat material
mau monthly active users
~max maximum
mbr member
~med medical | medication
~merch merchant | merchandise
mfg manufacturing
mfr manufacturer
mgmt management
mgr manager
~min minimum | minute
misc miscellaneous
mkt market | marketing
mktg marketing
mnth month
~mo month
~mom month over month
mql marketing qualified lead
mrr monthly recurring revenue
msg message
mtd month to date
mth month
natl national
nbr number
nm name
~no number
npi national provider identifier
nps net promoter score
nrr net revenue retention
num number
obj object
~opp opportunity
opty opportunity
~ord order
org organization
orig original | origin
pax passenger
pct percent | percentage
perf performance
~ph phone
pk primary key
pkg package
pmt payment
po purchase order
~pop population
~pos position | point of sale
prc price
~pref preference
prev previous
prio priority
proc procedure | process
~prod product | production
prof professional | profile
proj project
promo promotion
prov provider | province
~pt patient
purch purchase
pymt payment
qtd quarter to date
qtr quarter
qty quantity
rcpt receipt
rcv receive
rcvd received
~rec record
recv receive
~ref reference | referral
reg region | registration
~rel relationship
~rep representative
req request | required
~res reservation | result
resp response
~ret return
rev revenue
roas return on ad spend
roi return on investment
rpt report
sched schedule
~sec second | security
seg segment
seq sequence
sess session
sku stock keeping unit
sla service level agreement
spec specialty | specification
sql sales qualified lead
src source
srvc service
~stat statistic | status
std standard
stg staging
stmt statement
~str street | string
~sub subscription
subs subscriptions
subscr subscription
supp supplier | support
svc service
sys system
tbl table
tel telephone
~temp temperature | temporary
terr territory
tkt ticket
tmp temporary
tot total
trans transaction
trn transaction
trx transaction
ts timestamp
tx transaction
txn transaction
typ type
uom unit of measure
upd updated
usr user
util utilization
val value
~var variable | variance
vat value added tax
veh vehicle
ver version
vol volume
wau weekly active users
whse warehouse
wip work in progress
wk week
wkly weekly
~wow week over week
wt weight
xfer transfer
yoy year over year
yr year
ytd year to date
"""
"""An abbreviation, and after it what it is short for. One with ~ before it is another word in sentences: there it
stands for nothing, only within an identifier."""


@dataclass(frozen=True, slots=True)
class _Table:
    long_of: Mapping[str, Sequence[Words]]
    short_of: Mapping[Words, Sequence[str]]
    """By the stems of the words."""
    shy: frozenset[str]


def long_forms(word: str, *, in_identifier: bool) -> Sequence[Words]:
    """What a word in lower case may be short for, each as its words; nothing where it is a word of its own."""
    table = _table()
    short = word if word in table.long_of else word.removesuffix("s")
    return () if short in table.shy and not in_identifier else table.long_of.get(short, ())


def short_forms(words: Words, *, in_identifier: bool) -> Sequence[str]:
    """What words in lower case, singular or plural, may be shortened to: anywhere, or also within identifiers."""
    table = _table()
    shorts = table.short_of.get(_stems(words), ())
    return [short for short in shorts if in_identifier or short not in table.shy]


def is_abbreviation(word: str) -> bool:
    """Whether a word in lower case is one, or its plural."""
    long_of = _table().long_of
    return word in long_of or word.removesuffix("s") in long_of


@cache
def _table() -> _Table:
    long_of: dict[str, list[Words]] = defaultdict(list)
    short_of: dict[Words, list[str]] = defaultdict(list)
    shy: set[str] = set()
    for line in _USUAL.strip().splitlines():
        written, _, longs = line.partition(" ")
        short = written.removeprefix("~")
        if short != written:
            shy.add(short)
        for long in longs.split("|"):
            words = tuple(long.split())
            long_of[short].append(words)
            short_of[_stems(words)].append(short)
    return _Table(dict(long_of), dict(short_of), frozenset(shy))


def _stems(words: Words) -> Words:
    return tuple(Stemmer.Stemmer(DEFAULT, 0).stemWords(list(words)))
