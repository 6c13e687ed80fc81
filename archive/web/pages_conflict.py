"""What is said where a thing is not, or not any more, so that what was asked can be done: each reason in words of its own."""

from __future__ import annotations

from archive.web.words import _


def conflict_words() -> dict[str, tuple[str, str]]:
    """By code: what is in the way, and what to do."""
    return {**_words_of_items(), **_words_of_publishing(), **_words_of_work(), **_words_of_accounts()}


def _look_again() -> str:
    return _("Look at it as it is now and decide again.")


def _words_of_items() -> dict[str, tuple[str, str]]:
    wait, moment = _("Wait a moment, then look again."), _("Wait until that is done, then try again.")
    return {
        "withdrawn": (
            _("It was taken back; nothing about it is changed any more."),
            _("Whoever gave it decides about it."),
        ),
        "destroyed": (
            _("It was destroyed, for good."),
            _("Nothing can bring it back; it may be given again."),
        ),
        "being-destroyed": (_("It is hidden. It is being destroyed; look again."), wait),
        "being-arranged": (_("Its files are being put together in another way just now."), moment),
        "replaced": (
            _("Its files were put together in another way, and it is not shown again."),
            _("Decide about what took its place; its page at the Desk names it."),
        ),
        "not-asked-for": (
            _("Whoever gave it took it back. It is shown again only if they ask for it."),
            _("Say that they asked for it, and how you know."),
        ),
        "words-stand": (
            _("Somebody else has written what stands in its place, and that stays as it is."),
            _("Leave these words out; a reason for the history can be given all the same."),
        ),
        "being-made-anew": (_("It is being made anew just now."), wait),
        "cannot-be-arranged": (
            _("It cannot be arranged as it is now: it was taken back or declined, or is still on its way."),
            _look_again(),
        ),
        "marked-together": (
            _(
                "Something is taken out of several of its files at once. Mark it in each file by itself first."
            ),
            "",
        ),
        "other-submission": (
            _(
                "They were given apart, and what one giver allows must not come to stand for what another gave."
            ),
            "",
        ),
        "other-consent": (
            _(
                "They follow different versions of what their giver allows, and what one version allows must not come to stand for the other."
            ),
            _(
                "Show them together on one page; once what is allowed is changed again, one version holds for both."
            ),
        ),
        "not-in-a-bag": (_("It is not in a bag yet."), wait),
        "bag-damaged": (_("Its bag was found damaged; look at Fixity."), ""),
        "taken-out": (
            _("Words in it were taken out of a file, so it was not brought back."),
            _("Write it into the form, where it can be said all the same."),
        ),
        "same-language": (
            _(
                "What it said then is in a language in which another story says the same, so it was not brought back."
            ),
            _("Write it into the form, in the language that this story has now."),
        ),
        "revision-does-not-fit": (
            _("What was said then does not fit how things are set up now, so it was not brought back."),
            _("Look at that change, and write into the form what still holds."),
        ),
        "no-gap": (_("Nothing that was signed is missing since that day."), ""),
        "stale-gap": (_("What is missing is not the same any more."), _look_again()),
        "gap-no-restore": (
            _("No restore from a backup of that day is on record."),
            _("Give the day of the backup that was restored."),
        ),
        "gap-too-early": (
            _("Nothing is signed in the ledger yet, of which it could speak."),
            _("Look again tomorrow."),
        ),
        "gap-not-taken-back": (
            _("Something was taken back, that was lost, and it stands here as if it had not been."),
            _("Take it back first; then look once more."),
        ),
        "word-in-use": (
            _("Something uses this name or word still, so it was not removed."),
            _("Take it out of what uses it, or merge it with another, then remove it."),
        ),
    }


def _words_of_publishing() -> dict[str, tuple[str, str]]:
    anew = _("Decide about it anew on its page at the Desk.")
    return {
        "not-accepted": (_("Only what is accepted is published."), _("Accept it first.")),
        "sealed": (_("It was taken back or declined."), anew),
        "taken-down": (_("It was taken down because somebody asked, and they were told so."), anew),
        "kept-back": (
            _("It is kept back until a later day."),
            _("Choose that day or a later one, or let it be shown earlier first."),
        ),
        "after-the-last-day": (
            _("On that day it may not be shown any more. Choose an earlier one."),
            "",
        ),
        "people-not-asked": (
            _("Others can be recognized in it who were not asked, or do not wish to be shown."),
            _("Ask whoever gave it."),
        ),
        "staff-only": (
            _("Whoever gave it allows that staff see it, and nobody else."),
            _("Ask whoever gave it."),
        ),
        "taken-off": (_("It was shown once, and somebody took it off since."), anew),
        "request-waits": (
            _("It is not shown: somebody asked about it, and nobody has answered them yet."),
            _("Answer the request at the Desk first."),
        ),
        "published-already": (
            _("You have published it already, in another window. What you wrote here was not sent."),
            _("Look at it as it is now; what is still to be said can be written as a message."),
        ),
        "already-decided": (
            _("Somebody else has decided about this already."),
            _("Look at what was decided."),
        ),
    }


def _words_of_work() -> dict[str, tuple[str, str]]:
    return {
        "batch-asked": (
            _("This is being done already, or was done, so it cannot be dropped."),
            _("Look at what became of it; when it is done it can be taken back."),
        ),
        "batch-not-done": (
            _("This was not done yet, so there is nothing to take back."),
            _("Look again when it is done."),
        ),
        "stale-choice": (_("What matches is not the same any more. Please look again."), ""),
        "export-taken-back": (
            _("Something in this export was taken back or changed since it was made, so it was removed."),
            _("Ask for it again; it will hold what may leave now."),
        ),
        "import-not-waiting": (
            _("This package does not wait for anybody any more."),
            _("Open its page again; it says how far it is."),
        ),
    }


def _words_of_accounts() -> dict[str, tuple[str, str]]:
    return {
        "another-gift": (
            _(
                "In another window you opened something else that you gave. What was asked here was not done, to neither of them."
            ),
            _("Open what this page was about, and do it there."),
        ),
        "no-second-factor": (
            _("There is no second factor yet, so there are no recovery codes."),
            _("Set up an authenticator or a passkey first."),
        ),
        "second-factor-there": (
            _("There is an authenticator already."),
            _("Remove it first, if another is to take its place."),
        ),
        "last-administrator": (
            _("This is the last one who administers the archive. Make somebody else an administrator first."),
            "",
        ),
        "held-already": (_("An account holds this already."), _("Sign in with the account that holds it.")),
    }
