"""Given names that are one name: short forms, spellings, the same name in another language.

A line is one name. A short form may belong to several (Pat to Patrick and to Patricia). Two names
of this table that share no line are two names, however alike they are spelled.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Final

_NAMES: Final = """
robert bob bobby rob robbie bert roberto robt
william bill billy will willie liam wilhelm guillaume wm willem
richard rick rich dick ricky richie ricardo
james jim jimmy jamie jas
john jon johnny jack johann johannes hans ivan jan giovanni
jonathan jon jonny nathan jonathon
joseph joe joey jose josef giuseppe
edward ed eddie eddy ted teddy ned eduard eduardo
edwin ed eddie
edgar ed
edmund ed eddie
thomas tom tommy thos tomas
charles charlie chuck chas carlos karl carl
michael mike mickey mick mikey micheal miguel michel michal
daniel dan danny daniele
david dave davy davey
christopher chris kit topher kristopher christoph christophe
christian chris kristian
christina chris tina chrissy kristina cristina christine christin kristine
kristen kristin kirsten kirstin krysten
matthew matt mat mathew matthias mateo
anthony tony antonio anton antony
andrew andy drew andreas andre andrzej andrei
alexander alex al sandy xander alec aleksandr aleksander alexandre alessandro sasha alyaksandr
alexandra alex sandra sasha lexi aleksandra
steven steve stephen stefan stephan esteban
benjamin ben benny benji
samuel sam sammy
samantha sam sammie
patrick pat paddy rick
patricia pat patty tricia trish patti
nicholas nick nicky nicolas nikolaus klaus nicolo
joshua josh
jacob jake jakob
timothy tim timmy
gregory greg gregor
geoffrey jeffrey jeff geoff jeffery
ronald ron ronnie
donald don donnie
kenneth ken kenny
lawrence larry laurence lorenz lars
raymond ray
gerald gerry jerry
jeremy jerry jeremiah
frederick fred freddy freddie friedrich fritz federico
francis frank frankie francisco franz francesco franklin
peter pete pedro pierre pietro piotr
philip phil phillip philipp felipe filippo
douglas doug
henry hank harry heinrich henri enrique harold
walter walt wally
arthur art artie
albert al bert alberto
alfred al fred alfredo
leonard len lenny leo leonardo
louis lou lewis luis ludwig luigi
martin marty martyn
martina
maurice morris morrie moe mauricio
howard howie
theodore ted teddy theo
vincent vince vinny vicente
zachary zach zack zachery
george georg jorge georges giorgio
mark marc marcus markus marco
marsha marcia
mary marie maria molly polly mae mia marija
marian marianne mariann
elizabeth liz beth betty lizzie eliza elisabeth lisa liza libby betsy bess elsie isabel
margaret maggie meg peggy peggie marge margie greta margarete rita margarita marguerite
katherine kate kathy katie cathy catherine kathryn katharina kat kay katrin karin
candace candy kandace candice kandice
barbara barb babs barbie
susan sue susie suzy susanne suzanne susanna suzanna susann
deborah deb debbie debra
jennifer jen jenny jenn
jessica jess jessie
rebecca becky becca rebekah
victoria vicky vicki tori viktoria
virginia ginny ginger
theresa terry teresa tess tessa therese
terence terry terrence
dorothy dot dottie dolly dorothea
cynthia cindy
kimberly kim kimberley
pamela pam
sandra sandy
sarah sara sally sadie zara sahra
ann anne anna annie hannah ana nancy
anabella annabella annabelle annabel anabel anabelle
amanda mandy
angela angie
abigail abby gail
allison ali allie alison
alice ali
amelia amy millie
emily em emmy emilie
emma em
eleanor ellie nell nora lenore elinor
ellen ellie nell elena helen helena helene
evelyn eve evie
florence flo
frances fran frannie
franciska franziska francesca
gabriel gabe
gabriella gabriele gabby
georgia georgina
gertrude trudy
gwendolyn gwen
jacqueline jackie
jane janie jan joan joanna jean johanna
janet jan
joanne jo joann
josephine jo josie
judith judy
julia julie
juliana giuliana
julian
juan juann
justine tina
lillian lily lil lilly
linda lin lyn
lee leigh lea
louise lou luise luisa
lucille lucy lucia
madeline maddie madeleine magdalena
mildred millie
nathaniel nat nate
nicole nicky nikki
olivia liv livvy
penelope penny
priscilla cilla
rosemary rose rosie rosemarie
roberta bobbie
ruth ruthie
stephanie steph steffi stefanie
sophia sophie sofia sofie
valerie val
veronica ronnie
yvonne evonne
darla
darlene
darletta
anastasia anastassia nastassia nastasia ana stacy stasia
mohammed mohamed muhammed muhammad mohammad mohamad mhd mohd md
ahmed ahmad achmed
ali aly
hussein husain hussain hosein
yusuf youssef yousef yosef
ibrahim ebrahim abraham
keeley kaylee kayleigh keely kayley
paul pablo paolo pavel
paula
pauline
erik eric erich
erica erika
michaela
michelle
daniela daniella danielle
andrea
carla karla
simon
simone
denis dennis
denise
gilbert gil bert
oscar oskar
stanley stan
eugene gene eugen
clifford cliff
calvin cal
leslie les lesley
russell russ
randall randy randolph
roderick rod roddy rodrick
reginald reg reggie
bernard bernie bernhard
bradley brad
jorg joerg jurgen juergen
magnus
ingrid
"""


def _tables() -> dict[str, frozenset[int]]:
    lines: dict[str, set[int]] = defaultdict(set)
    for number, line in enumerate(_NAMES.strip().splitlines()):
        for name in line.split():
            lines[name].add(number)
    return {name: frozenset(numbers) for name, numbers in lines.items()}


LINES: Final = _tables()
_FORMS: Final = [line.split() for line in _NAMES.strip().splitlines()]
_FIRST: Final = [forms[0] for forms in _FORMS]


# Names that are one to some and two to others: sisters, and twins, bear both.
_SISTERS: Final = tuple(
    frozenset(line.split())
    for line in (
        "maria marie",
        "anna anne ann hanna hannah anni",
        "julia julie",
        "jane joan jean joanna johanna",
    )
)


def are_two(left: str, right: str) -> bool:
    """Whether one family may well have both."""
    return left != right and any(left in some and right in some for some in _SISTERS)


def one_name(left: str, right: str) -> bool | None:
    """Whether two given names are one; None where the table does not know both."""
    if left not in LINES or right not in LINES:
        return None
    return not LINES[left].isdisjoint(LINES[right])


def may_start_with(name: str, initial: str) -> bool:
    """Whether the initial may stand for the name or one of its forms: B for Robert, called Bob."""
    if name[0] == initial:
        return True
    lines = LINES.get(name, frozenset())
    return any(initial == form[0] for line in lines for form in _FORMS[line])


def full_forms(name: str) -> list[str]:
    """The full names that a given name may stand for; itself where the table does not know it."""
    return [_FIRST[line] for line in sorted(LINES[name])] if name in LINES else [name]
