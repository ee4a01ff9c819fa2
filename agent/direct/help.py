"""Greetings, thanks, and questions about Marty itself."""

import re

from agent.draft import Draft

EXAMPLES = (
    "Which model should I use for monthly revenue?",
    "What does `orders.net_amount` mean?",
    "Who owns `orders`, and is it fresh?",
    "What breaks if I change `stg_orders`?",
    "What changed since Monday?",
)
_LETTER = re.compile(r"[^\W_]")
_EMOJI = re.compile(r":[a-z0-9_+'-]+:")
_GREETING = re.compile(
    r"""(?ix)(?:hi+|hello|hey+|hiya|yo|howdy|moin|hallo|greetings|@?marty|ping|test(?:ing)?
      |good[ ](?:morning|afternoon|evening|day))
    (?:\W*(?:@?marty|there|all|everyone|team|bot))* \W*"""
)
_THANKS = re.compile(
    r"""(?ix)(?:(?:many[ ]|much[ ])?thanks?(?:[ ](?:you|a[ ]lot|so[ ]much|again))*|thx|ty|cheers|great|cool|nice
      |perfect|awesome|ok(?:ay)?|got[ ]it|good[ ]bot|well[ ]done|you[ ]rock|bye|see[ ]you)
    (?:\W+(?:thanks?(?:[ ]you)?|@?marty|that[ ]help(?:s|ed)?|very[ ]much|a[ ]lot|so[ ]much|man|all|bot)){0,3} \W*"""
)
_ABOUT = re.compile(
    r"""(?ix)(?:help(?:[ ]me)?(?:[ ]please)?
    |how[ ](?:can|do|does)[ ](?:you|i|we|this|it|marty)[ ](?:help(?:[ ]me)?|work|use[ ](?:you|this|it|marty))
    |what[ ](?:can|do|could)[ ](?:you|i|we)[ ](?:do|ask|answer|know|ask[ ]you|help[ ](?:me[ ])?with)
      (?:[ ]for[ ]me|[ ]about)?
    |what[ ]are[ ]you(?:[ ]for|[ ]good[ ]for|[ ]able[ ]to[ ]do|[ ]capable[ ]of)?|(?:who|what)[ ]is[ ](?:this|marty)
    |who[ ]are[ ]you
    |what[ ](?:kinds?|sorts?|types?)[ ]of[ ](?:questions?|things?)[ ](?:can|do|could|may)[ ](?:i|we|you)[ ]
      (?:ask|answer)(?:[ ]you)?
    |(?:show|give)(?:[ ]me)?[ ](?:some[ ])?examples?|commands|usage|introduce[ ]yourself|start|what[ ]now) \W*"""
)


def answer_about_itself(text: str) -> Draft | None:
    """A few words for a text that asks nothing of the catalog; None for a question.

    ``text`` is the question as it was asked, emoji included.
    """
    words = " ".join(_EMOJI.sub(" ", text).split())
    if not _LETTER.search(words) or _GREETING.fullmatch(words):
        return Draft(text=f"Hello! I know this dbt project. {_invitation()}")
    if _THANKS.fullmatch(words):
        return Draft(text="You're welcome!")
    if _ABOUT.fullmatch(words):
        return Draft(
            text="I know this company's dbt project: which model to use and why, what a column means, where it comes "
            f"from, who owns it, what changed about it, and whether it is healthy right now. {_invitation()}"
        )
    return None


def _invitation() -> str:
    examples = "\n".join(f"- {example}" for example in EXAMPLES)
    return f"Ask me in plain words, for example:\n{examples}"
