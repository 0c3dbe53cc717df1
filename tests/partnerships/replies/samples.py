"""Replies as mail programs write them, in several languages.

Each quotes the email of `EMAIL`, and has ANSWER as its new text.
"""

ANSWER = "Thank you, the tenth of March suits us.\n\n- four officers\n- two days"
SENDER = "exchange@exchange.example"
NAME = "South-South City Exchange"
MARKER = "##- Reply above this line -##"
EMAIL = f"""\
{MARKER}

Amina A. wrote to you about “Parcels from Cotonou”.

> When can we come?

Reply to this email, or answer on the site:
https://exchange.example/partnerships/matches/1/"""


def quoted(text: str = EMAIL, prefix: str = "> ") -> str:
    return "\n".join(f"{prefix}{line}".rstrip() for line in text.split("\n"))


TEXTS = {
    "gmail": f"""\
{ANSWER}

On Fri, Nov 27, 2026 at 10:30 AM {NAME} <
{SENDER}> wrote:

{quoted()}
""",
    "gmail-with-phone-signature": f"""\
{ANSWER}

On Fri, 27 Nov 2026, 10:30 {NAME}, <{SENDER}> wrote:

{quoted()}
>
""",
    "gmail-de": f"""\
{ANSWER}

Am Fr., 27. Nov. 2026 um 10:30 Uhr schrieb {NAME} <
{SENDER}>:

{quoted()}
""",
    "gmail-fr": f"""\
{ANSWER}

Le ven. 27 nov. 2026 à 10:30, {NAME} <{SENDER}> a
écrit :

{quoted()}
""",
    "gmail-zh": f"""\
{ANSWER}

{NAME} <{SENDER}> 于2026年11月27日周五 10:30写道：

{quoted()}
""",
    "gmail-ar": f"""\
{ANSWER}

في الجمعة، 27 نوفمبر 2026 في 10:30 ص تمت كتابة ما يلي بواسطة \u200f{NAME}\u200f <{SENDER}>:

{quoted()}
""",
    "gmail-pt": f"""\
{ANSWER}

Em sex., 27 de nov. de 2026 às 10:30, {NAME} <{SENDER}>
escreveu:

{quoted()}
""",
    "apple-mail": f"""\
{ANSWER}

> On 27 Nov 2026, at 10:30, {NAME} <{SENDER}> wrote:
>\x20
{quoted()}
""",
    "apple-mail-without-address": f"""\
{ANSWER}

> On 27 Nov 2026, at 10:30, UN Exchange wrote:
>\x20
{quoted()}
""",
    "iphone-fr": f"""\
{ANSWER}

Envoyé de mon iPhone

> Le 27 nov. 2026 à 10:30, {NAME} <{SENDER}> a écrit :
>\x20
> \ufeff{MARKER}
{quoted(EMAIL.partition(chr(10))[2])}
""",
    "thunderbird": f"""\
{ANSWER}

On 27/11/2026 10:30, {SENDER} wrote:
{quoted()}
""",
    "thunderbird-de-without-address": f"""\
{ANSWER}

Am 27.11.26 um 10:30 schrieb Städteplattform:
{quoted()}
""",
    "thunderbird-with-signature": f"""\
{ANSWER}

--\x20
Li L.
Rail office

On 27/11/2026 10:30, {SENDER} wrote:
{quoted()}
""",
    "outlook": f"""\
{ANSWER}

From: {NAME} <{SENDER}>
Sent: Friday, 27 November 2026 10:30
To: Li L. <li@zhengzhou.example>
Subject: Amina A. wrote to you about “Parcels from Cotonou”.

{EMAIL}
""",
    "outlook-de": f"""\
{ANSWER}

Von: {NAME} <{SENDER}>\x20
Gesendet: Freitag, 27. November 2026 10:30
An: Li L. <li@zhengzhou.example>
Betreff: Amina A. wrote to you about “Parcels from Cotonou”.

{EMAIL}
""",
    "outlook-de-without-address": f"""\
{ANSWER}

Von: Städteplattform
Gesendet: Freitag, 27. November 2026 10:30
An: Li L. <li@zhengzhou.example>
Betreff: Amina A. wrote to you about “Parcels from Cotonou”.

{EMAIL}
""",
    "outlook-old": f"""\
{ANSWER}

-----Original Message-----
From: {NAME} [mailto:{SENDER}]\x20
Sent: Friday, November 27, 2026 10:30 AM
To: li@zhengzhou.example
Subject: Amina A. wrote to you

{EMAIL}
""",
    "outlook-mobile": f"""\
{ANSWER}

Get Outlook for Android<https://aka.ms/AAb9ysg>
________________________________
From: {NAME} <{SENDER}>
Sent: Friday, November 27, 2026 10:30:00 AM
To: li@zhengzhou.example <li@zhengzhou.example>
Subject: Amina A. wrote to you

{EMAIL}
""",
    "outlook-zh": f"""\
{ANSWER}

发件人: {NAME} <{SENDER}>
发送时间: 2026年11月27日 10:30
收件人: li@zhengzhou.example
主题: Amina A. wrote to you

{EMAIL}
""",
    "outlook-ar": f"""\
{ANSWER}

من: {NAME} <{SENDER}>
تم الإرسال: الجمعة، 27 نوفمبر، 2026 10:30
إلى: li@zhengzhou.example
الموضوع: Amina A. wrote to you

{EMAIL}
""",
    "qq": f"""\
{ANSWER}

------------------ 原始邮件 ------------------
发件人: "{NAME}" <{SENDER}>;
发送时间: 2026年11月27日(星期五) 上午10:30
收件人: "li"<li@zhengzhou.example>;
主题: Amina A. wrote to you

{EMAIL}
""",
    "netease": f"""\
{ANSWER}

At 2026-11-27 10:30:00, "{NAME}" <{SENDER}> wrote:

{quoted(prefix="")}
""",
    "yahoo": f"""\
{ANSWER}
    On Friday, November 27, 2026 at 10:30:00 AM GMT+1, {NAME} <{SENDER}> wrote: \x20
\x20
 {EMAIL}
""",
    "k9-mail": f"""\
{ANSWER}

Am 27. November 2026 10:30:00 MEZ schrieb {NAME} <{SENDER}>:
{quoted(prefix=">")}
""",
    "yandex-ru": f"""\
{ANSWER}

27.11.2026, 10:30, "{NAME}" <{SENDER}>:

{quoted()}
""",
    "twice-quoted": f"""\
{ANSWER}

On Fri, Nov 27, 2026 at 10:30 AM Li wrote:
> I forgot this.
>
>> On Thu, Nov 26, 2026 {NAME} wrote:
{quoted(prefix=">> ")}
""",
    "wrapped-marker": f"""\
{ANSWER}

On 27/11/2026 10:30, {SENDER} wrote:
> ##- Reply above
> this line -##
>
{quoted(EMAIL.partition(chr(10))[2])}
""",
    "french-email": f"""\
{ANSWER}

Le 27/11/2026 à 10:30, {SENDER} a écrit :
{quoted(EMAIL.replace("Reply above this line", "Répondez au-dessus de cette ligne"))}
""",
    "windows-lines": f"{ANSWER}\n\nOn 27/11/2026, {SENDER} wrote:\n{quoted()}\n".replace(
        "\n", "\r\n"
    ),
    "no-quotation": ANSWER,
    # The line was removed.
    "without-marker-gmail": f"""\
{ANSWER}

On Fri, Nov 27, 2026 at 10:30 AM {NAME} <
{SENDER}> wrote:

> When can we come?
""",
    "without-marker-outlook": f"""\
{ANSWER}

From: {NAME} <{SENDER}>
Sent: Friday, 27 November 2026 10:30
To: Li L. <li@zhengzhou.example>

When can we come?
""",
    "without-marker-outlook-ru": f"""\
{ANSWER}

________________________________
От: {NAME} <{SENDER}>
Отправлено: 27 ноября 2026 г. 10:30

When can we come?
""",
    "without-marker-zh": f"""\
{ANSWER}

{NAME} <{SENDER}> 于2026年11月27日周五 10:30写道：

> When can we come?
""",
    "without-marker-quoted": f"{ANSWER}\n\n> When can we come?\n",
}
# What a program or a person puts between the answer and the quotation, and what stays.
STAYS = {
    "iphone-fr": "\n\nEnvoyé de mon iPhone",
    "outlook-mobile": "\n\nGet Outlook for Android<https://aka.ms/AAb9ysg>",
}

PARAGRAPHS = (
    "<p>Thank you, the tenth of March suits us.</p><ul><li>four officers</li><li>two days</li></ul>"
)
LINES = EMAIL.replace("\n", "<br>")
HTML = {
    "gmail": f"""<div dir="ltr">{PARAGRAPHS}</div><br>
<div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Fri, Nov 27, 2026 at 10:30 AM {NAME}
 &lt;<a href="mailto:{SENDER}">{SENDER}</a>&gt; wrote:<br></div>
<blockquote class="gmail_quote" style="margin:0">{LINES}</blockquote></div>""",
    "outlook": f"""<html xmlns:o="urn:schemas-microsoft-com:office:office"><head>
<style><!-- p.MsoNormal {{margin:0cm}} --></style></head><body lang="EN-GB"><div>
{PARAGRAPHS}<p class="MsoNormal"><o:p>&nbsp;</o:p></p>
<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">
<p class="MsoNormal"><b>From:</b> {NAME} &lt;{SENDER}&gt; <br><b>Sent:</b> Friday, 27 November
2026 10:30<br><b>To:</b> li@zhengzhou.example<br><b>Subject:</b> Amina A. wrote to you</p></div>
<p class="MsoNormal">{LINES}</p></div></body></html>""",
    "outlook-web": f"""{PARAGRAPHS}<div id="appendonsend"></div>
<hr style="display:inline-block;width:98%"><div id="divRplyFwdMsg"><b>Von:</b> {NAME}
&lt;{SENDER}&gt;<br><b>Gesendet:</b> Freitag, 27. November 2026 10:30<br></div>
<div>{LINES}</div>""",
    "apple-mail": f"""<html><head><meta http-equiv="content-type"></head><body>{PARAGRAPHS}
<br id="lineBreakAtBeginningOfMessage"><div><br><blockquote type="cite"><div>On 27 Nov 2026, at
10:30, {NAME} &lt;{SENDER}&gt; wrote:</div><br><div><div>{LINES}</div></div></blockquote></div>
</body></html>""",
    "yahoo": f"""<html><body><div class="ydp"><div>{PARAGRAPHS}</div></div>
<div id="yahoo_quoted_1"><div><div>On Friday, November 27, 2026 at 10:30:00 AM GMT+1, {NAME}
&lt;{SENDER}&gt; wrote:</div><div><br></div><div>{LINES}</div></div></div></body></html>""",
    "rtl": f"""<div dir="rtl">{PARAGRAPHS}</div><div dir="rtl">في الجمعة، 27 نوفمبر 2026 كتب
{NAME} &lt;{SENDER}&gt;:</div><blockquote dir="rtl">\u200f{LINES}</blockquote>""",
    "hidden": f"""<title>Not this</title><style>p {{color: red}}</style><script>alert(1)</script>
<!-- nor this -->{PARAGRAPHS}<blockquote>{LINES}</blockquote>""",
}
