"""The dictionaries of the extractor: verbs of saying, titles, ranks, bodies, places, given names.

Words are folded (``people.folding``): small letters, no accents. A list that is wrong for one text
is wrong for all; add a word only when it is of the kind that the list names.
"""

from __future__ import annotations

import re
from functools import cache


@cache
def word_set(words: str) -> frozenset[str]:
    """Return the words of a list that blanks part."""
    return frozenset(words.split())


def _inflected(bases: str) -> set[str]:
    """The past, the third person, the participle of regular verbs; ``stop/stopp`` gives a stem."""
    forms = set[str]()
    for entry in bases.split():
        base, _, stem = entry.partition("/")
        stem = stem or base
        if base.endswith("e"):
            forms |= {base + "d", base + "s", base[:-1] + "ing"}
        elif base.endswith("y") and base[-2] not in "aeou":
            forms |= {base[:-1] + "ied", base[:-1] + "ies", base + "ing"}
        else:
            plural = "es" if base.endswith(("s", "sh", "ch", "x")) else "s"
            forms |= {stem + "ed", base + plural, stem + "ing"}
    return forms


#: Verbs of saying: what follows is what somebody said.
_SAYING = """accuse acknowledge add advise advocate affirm agree allege announce answer appeal
appreciate applaud apologize apologise argue articulate ask assert assess assure attest attribute
aver avow blame boast brief call caution compare celebrate challenge cite claim clarify
command/commend commend
comment complain concede condole conclude condemn confess confide confirm congratulate contend
counter
criticize criticise cry declare decry defend delineate demand denounce deny deplore depict describe
detail direct disclose discuss dismiss dispel/dispell dispute elaborate elucidate emphasize
emphasise encourage
endorse enquire enumerate envisage envision estimate exclaim exhort expect apprise explain
expound express extend
favor favour forecast greet grumble hail highlight hint hope identify illustrate imply indicate
inform inquire insist instruct invite issue joke lament laud list maintain mention motivate mourn
muse note object observe offer oppose opine order/order outline pledge plead point ponder portray
posit praise predict present proclaim project promise propose protest question quip/quipp rate
reaffirm
realize reason reassert reassure rebuff rebuke recall recap/recapp reckon recognize recognise
recommend recount refer/referr reflect refuse refute regard regret/regrett reiterate reject rejoice
relate remark remember remind renew repeat reply report request resolve respond restate reveal
salute share signal slam/slamm specify speculate state stipulate stress submit/submitt suggest
summarize summarise support surmise suspect sympathize sympathise consider doubt fear guarantee
credit rue testify thank touch trust
underline underscore urge verify voice volunteer vow want warn welcome wish worry wonder
whisper shout yell mutter murmur concur/concurr admit/admitt
convey
term narrate bemoan interject rebut jest ascribe marvel
confide chide ruminate deplore echo calculate criticise criticize lambaste bet"""

#: Verbs whose subject says something, each form.
SAYING = frozenset(
    _inflected(_SAYING)
    | word_set(
        """
said says saying told tells telling spoke speaks speaking thought thinks thinking believed
believes believing felt feels wrote writes writing held holds put puts underlined quoted swore
foresaw foresees foreseen continued continues sighed sighs laughed laughs smiled smiles chuckled
chuckles grinned shrugged nodded began begins made drew shed threw laid paid gave went read reads
understood sought ruled sees undertook undertakes
"""
    )
) - {"holds", "read"}

#: Verbs that say something only with the words after them (made it clear, paid tribute).
_WITH = """
made: it clear, clear, the remarks, the statement, these remarks, it plain
drew: attention, the attention, a parallel, parallels
shed threw: light
laid: stress, emphasis, out, great, special
paid: tribute, rich, glowing, homage, special tribute
gave: an overview, assurance, assurances, a briefing, credit, details
went: on to say, on to add, on to note, on to thank, on to describe
put puts: forward, the, it, emphasis, stress
held projected projects projecting reports reporting understood submitted submits submitting
  signals realized realizes realizing assesses assessing volunteered reasons comments demands
  claims notes remarks requests trusts: that
spoke: about, of, on the importance, on the need, in favour, in favor, out, highly, against, in
  detail about
speaks: of, about
touched: upon, on
touches reflected touching: on, upon
pointed points pointing: out, to
calls calling: for, on, upon, it, the
issued issues issuing: a warning
extended: gratitude, his, her, their, congratulations, condolences, thanks, best, felicitations,
  warm, heartfelt, sincere, an invitation
extends extending: gratitude, his, her, congratulations, condolences
shared: the results, the findings, the story, the experiences, some, that, his, her, the view,
  insights, with, details, the experience, experiences
offered: condolences, his, her, thanks, prayers, congratulations, to, a
offers: condolences
offering: condolences, his, her
presented: his, her, an overview, the, a
directed: that, the, all, officials, officers, departments, them
ordered: that, the, all, an, a
sought: to reassure, clarification, assurances
ruled: out, that
rules read: out
echoed: the, that, these, this
echoes echoing continues laughs laughed nodded began sighs begins smiles sighed chuckled smiled
  grinned chuckles shrugged continued rated rates rating listed lists listing supports supporting
  renews renewing regarding related relates relating challenges challenging identified identifies
  identifying signaled celebrated celebrates celebrating issue supposed volunteers volunteering
  thinking:
terms: the, it, this
conveys defended: the, his, her
sees: a, the, in, no, it, this
wanted wants referred refers referring refused refuses refusing: to
reported: that, a, the, no
supported: the, calls
renewed: his, her, the, a, calls
reflects reflecting: on
challenged attributes attributing discussing: the
attributed: the, it, this, that, most, his, her, these
discussed: the, how, his, her
discusses: the, how
resolved resolves resolving: to, that
indicated: that, the, a, his, her
assessed: that, the
responded: that, to, by
wishes: to, the, all, them
estimates: that, a, the
hopes: that, to, the, for
encouraged: the, all, young, students, people, participants, investors, them, businesses,
  everyone, women
questioned: the, why, whether, how
questions: whether, why
questioning: the, why, whether
invited: the, all, investors, them, businesses, chinese, foreign, companies, students, everyone,
  people, him, her
invites inviting: the, all
"""


def _verbs_with(lines: str) -> dict[str, tuple[str, ...]]:
    """The words that each verb needs after it, of lines “verbs: words, words”; a line may go on."""
    found = dict[str, tuple[str, ...]]()
    for line in re.sub(r"\n  ", " ", lines).strip().split("\n"):
        verbs, _, after = line.partition(":")
        for verb in verbs.split():
            found[verb] = tuple(words.strip() for words in after.split(",") if words.strip())
    return found


SAYING_WITH = _verbs_with(_WITH) | {
    "called": ("for", "on", "upon", "it", "the", "them", "this", "attention", "\x01", "\x03"),
    "states": ("that", ":", ","),
}

#: What may stand between a source and its verb.
ADVERBS = word_set(
    """
also further furthermore then later again once however therefore thus still always only just even
now today yesterday earlier has had have was is are were been being will would can could did does
do clearly publicly repeatedly not never all both each too previously recently categorically
rightly reportedly simply often briefly immediately separately jointly tearfully have-been
meanwhile additionally moreover likewise similarly in-turn must should may might
"""
)

#: Pronouns and nouns that stand for many or for nobody in particular.
NOBODY = word_set(
    """
they we i it you who which that this these those one some many others people everyone participants
speakers officials experts analysts leaders sides parties countries members delegates critics
residents witnesses sources observers lawmakers both all several
"""
)

HONORIFICS = word_set(
    """
dr dr. prof prof. professor mr mr. mrs mrs. ms ms. miss mx mx. sir dame lord lady baroness baron
madam madame mme monsieur senor senora don dona herr frau shri smt smt. sri sheikh shaikh shaykh
sheikha begum maulana mufti allama qari hafiz-e syed-e hon hon. honourable honorable rev rev.
reverend fr fr. bishop archbishop cardinal imam rabbi pir makhdoom sardar nawab chaudhry-e
barrister advocate engr engr. eng eng. engineer justice mr-justice hrh hrm hh h.h h.e h.e. he- his
her excellency highness royal majesty eminence holiness ambassador amb amb. senator sen sen.
general gen gen. lieutenant lt lt. major maj maj. brigadier brig brig. colonel col col. captain
capt capt. rt rt. haji hajji hajja alhaji alhaja oba nana otunba mallam malam ustaz ustadh ustadz
ustaza maestro maestra padre signor signora sig dott avv lic licenciado arq dona dom frei pani bey
pasha efendi hanim academician akad swami guru acharya pandit pt thiru datin seri puan encik raden
kyai nyai ajarn luang sayadaw ven venerable bhante canon brother deacon pastor evangelist apostle
cpl corporal lance pvt private havildar subedar naik risaldar naib petty warrant ensign
sub-lieutenant midshipman dsp ssp ig dig aig asp sub-inspector detective gp gp-capt ing mag dra
sra srta drs ir prof-dr tan tun mzee pak bu ibu bapak sr sr. bro bro. ustad mwalimu tuan datuk
dato khun daw dr.-ing dr-ing univ.-prof ao.-prof dipl.-ing sahibzada commander cdr cdr. admiral
adm adm. commodore cmdre marshal air field vice-admiral rear vice squadron wing group flight
leader sergeant sgt sgt. inspector constable superintendent saint st. pope prince princess king
hajia queen emir sultan prince- abbe abbess acad akad atty atty. ratu nakhuda alderman archdeacon
asst-supt ato avm ayatollah baronet barr barr. bombardier brig-gen cdre chief-inspector
cllr cmdr comdr countess csm datin' dato' dato-seri datuk-seri dhr dra
duchess el-hadj elhadj freiherr froken geshe gospodin gpcapt guardsman gunner hadji haji-dr hazrat
herzog hjh hojatoleslam hojjatoleslam ing. insp jawan jonkheer judr kabaka lance-naik lieut lt-cdr
lt-col lt-gen ltcdr maitre maj-gen marquess maulvi melle meneer mevr mevrouw mfundisi mgr mlle mma
molvi mons monsenor monsignor moulana moulvi msgr msgt mudr ngarambe ogbeni omukama pehin pere
pharm phdr pirzada profa pte radm rebbe reverend-dr rifleman rinpoche rndr rra rsm sadhvi
sahibzadi sapper sensei sepoy serigne shaikha shrimati signaller sp sqnldr sra sri. srta srta.
ssgt supt surgeon-commander sushri swamini tengku thiru. tmt trooper tsgt tunku umfundisi ungku
vadm venerable-dr viscount viscountess w/ro weyzero wgcdr woizero wzo wzro group-captain mama
privatdozent privatdozentin priv.-doz
gogo baba sister sh revd revd. adv adv. emeritus nana mama acp dcp dcop ddp cp asst acg csp judge
mwami fon ras com com. comrade
bishop-elect
"""
)

#: Ranks that are a name without their point: Sen, Amb, Hon.
DOTTED = word_set("sen king sh com adv")
#: English words that are family names too.
COMMON_SURNAMES = word_set(
    """
sultan king prince bishop judge dean pope marshal major noble rose page baker cook mason carter
porter fisher hunter singer miller ranger chase wells banks fields rivers park lake hall church
house street field law price young white brown black green gray grey long short sharp wise rich
power powers day may summer winter bush wood woods stone hill ford west north east south worth
best good love english french german ireland england scott holland france jordan chad kent york
lincoln washington paris austin dallas houston georgia india asia read swan sen guard farmer
archer butler parker taylor potter knight abbot chancellor deacon sheikh begum mir shah rao lama
singh kaur khan bell cross rice bond case
brand
"""
)
#: Heads of titles: who has one of these words is somebody in a capacity.
TITLE_HEADS = word_set(
    """
minister secretary director president chairman chairwoman chairperson chair chief head officer ceo
cfo cto coo cmo ciso cio chro md dg vc governor mayor ambassador commissioner consul envoy
representative spokesperson spokesman spokeswoman spokespersons adviser advisor coordinator
manager dean rector chancellor provost principal professor lecturer fellow scholar researcher
scientist analyst economist expert specialist consultant engineer architect lawyer attorney
prosecutor judge justice magistrate registrar advocate counsel barrister solicitor senator
congressman congresswoman mp mna mpa mep lawmaker legislator deputy speaker whip leader founder
co-founder cofounder owner partner co-chair co-director president-elect treasurer trustee member
member-at-large delegate commander chief-of-staff inspector superintendent commandant captain
coach trainer midfielder striker forward goalkeeper defender batsman bowler all-rounder cricketer
player skipper champion sprinter athlete runner swimmer wrestler boxer rider driver winner
medallist medalist referee umpire selector editor journalist author writer poet novelist historian
curator artist filmmaker producer actor actress singer composer conductor musician designer
physician doctor surgeon nurse midwife pharmacist epidemiologist virologist psychologist
psychiatrist pediatrician cardiologist oncologist farmer fisherman teacher student graduate
alumnus resident villager survivor activist campaigner organizer organiser volunteer worker trader
shopkeeper businessman businesswoman entrepreneur investor banker accountant auditor controller
administrator administrator-general rapporteur ombudsman ombudsperson archivist librarian
geologist biologist chemist physicist astronomer astronaut ecologist climatologist meteorologist
hydrologist seismologist agronomist veterinarian archaeologist anthropologist sociologist
mathematician linguist philosopher theologian bishop archbishop cardinal imam rabbi priest pastor
cleric king queen prince princess emir sultan premier chancellor vice-chancellor vice-president
secretary-general director-general attorney-general auditor-general solicitor-general
undersecretary under-secretary under-secretary-general parliamentarian high-commissioner nazim
tehsildar patron superintendent-general assistant technician operator pilot convener convenor
moderator panelist panellist negotiator mediator lead strategist supervisor vice-rector
pro-vice-chancellor dispatcher firefighter paramedic detective sheriff warden ranger quartermaster
generalissimo chief-executive commander-in-chief editor-in-chief planner
spokesperson-in-chief aide diplomat chargé charge attache attaché ophthalmologist immunologist
nutritionist dietitian toxicologist neurologist radiologist statistician demographer
principal-general citizen holder record-holder agent mother father widow brother sister daughter son
veteran
teenager owner-operator
ruler custodian caliph monarch regent viceroy overseer foreman forewoman shepherdess ombudswoman
alderwoman selectman headwoman matriarch patriarch delegate-general plenipotentiary
observer-general nuncio legate treasurer-general comptroller bursar proctor clerk stenographer
draughtsman actuary ergonomist criminologist hydrogeologist geophysicist metallurgist mycologist
ornithologist ichthyologist herpetologist parasitologist microbiologist physiologist
pharmacologist endocrinologist gastroenterologist nephrologist urologist orthopaedist anaesthetist
anesthesiologist paleontologist palaeontologist primatologist arborist horticulturist
agriculturist pomologist forecaster modeller modeler epigraphist numismatist egyptologist
musicologist ethnographer ethnologist lexicographer philologist no-ball left-back right-back
centre-back center-back fullback full-back hooker fly-half scrum-half playmaker pacer spinner
seamer opener wicketkeeper wicket-keeper all-rounders hurdler sprinter-turned thrower jumper
vaulter weightlifter shooter biathlete luger paddler kayaker canoeist yachtsman yachtswoman
helmsman skipper-designate jockey equestrian presidente presidenta directeur directrice directora
ministro ministra secretario secretaria alcalde alcaldesa rectora maire prefet porte-parole
portavoz vocera vocero coordinador coordinadora jefe jefa gerente fundador fundadora prefeito
prefeita diretor diretora reitor reitora vorsitzender vorsitzende geschaftsfuhrer
geschaftsfuhrerin sprecher sprecherin leiter leiterin burgermeister burgermeisterin
oberburgermeister kanzler prasident prasidentin vorstand burgemeester voorzitter
directeur-generaal rektor rektorin direktor direktorin dekan
wethouder woordvoerder sindaco sindaca presidentessa direttore direttrice
responsabile prezes dyrektor burmistrz predseda reditel starosta
akim hakim khokim hokim voivode starosta sindaco wali patwari sarpanch pradhan naib-nazim
"""
)

#: Occupations: heads of titles too.
OCCUPATIONS = word_set(
    """
collector publisher driver baker butcher carpenter mason plumber electrician mechanic welder
tailor weaver potter blacksmith goldsmith jeweller jeweler shepherd herder beekeeper gardener
forester miner sailor ferryman chef cook waiter hotelier innkeeper librarian bookseller printer
translator interpreter photographer cameraman painter sculptor dancer drummer pianist violinist
guitarist playwright screenwriter choreographer comedian presenter broadcaster reporter columnist
correspondent blogger programmer developer coder hacker analyst adviser underwriter broker
surveyor cartographer glaciologist volcanologist oceanographer botanist zoologist entomologist
geographer demographer pathologist haematologist hematologist gynaecologist obstetrician
paediatrician dentist optician therapist physiotherapist dietician counsellor counselor
headteacher headmaster headmistress tutor instructor apprentice pupil postman porter guard cleaner
caretaker janitor lifeguard rescuer climber mountaineer explorer cyclist rower sailor gymnast
judoka boxer fencer archer golfer footballer goalkeeper winger batter bowler skater skier
snowboarder swimmer diver triathlete marathoner coach undertaker dignitary laureate elder headman
chieftain monk nun abbot prior sister brother imam mullah pundit granthi user customer patient
passenger parent grandmother grandfather homeowner tenant landlord retiree pensioner refugee
witness observer adjudicator arbiter grandmaster coxswain boatswain bosun stonemason carver
ferrywoman violist cellist soloist choreographer sommelier barista courier postwoman lifeboatman
salvor trawlerman fitter roofer brewer winemaker cheesemaker fishmonger grocer florist vet
conservationist historian geneticist biochemist neuroscientist statistician roboticist
technologist inventor innovator captain navigator stewardess steward flight-attendant bellringer
organist choirmaster director-designate superintendent mayor-elect ranger councillor councilor
alderman burgomaster marshal coroner bailiff notary conveyancer paralegal mediator
abbess adjutant adventurer alumna anchorwoman animator apiarist appellant arabist arbitrator
assessor astrophysicist auctioneer aviator ballerina bandmaster baritone bartender bassist
beautician boatman bookbinder bricklayer bystander cadet caregiver carer cartoonist cashier
cattleman ceramicist chairlady chaplain chieftainess churchwarden claimant clarinetist co-author
co-captain co-convenor co-president co-producer cobbler commentator commissioner-general compere
complainant concertmaster conciliator conscript conservator contralto corporal cosmonaut
councilman councilwoman cowboy critic dairyman deacon deaconess debutant decathlete defendant
distiller docker donor doorman doula dramatist dramaturg driller educator embroiderer emcee
enumerator environmentalist essayist examiner exporter eyewitness falconer farrier finalist
financier fireman fisherwoman flanker flautist flutist freshman friar frontman frontwoman
fundraiser futurist geodesist geriatrician goalscorer governor-general greengrocer groundsman
grower guide gunner hairdresser harpist hawker healer heptathlete herbalist herdsman horseman
horsewoman hostess householder illustrator importer impresario intendant intern interrogator
investigator invigilator juror kapellmeister karateka landlady libero librettist linebacker
linesman lineswoman lobbyist logger lumberjack luthier lyricist machinist masseur masseuse matron
medic memoirist merchant mezzo-soprano miller milliner muezzin naturalist neighbor neighbour
newcomer nomad oboist optometrist orientalist orthodontist outfielder outfitter paratrooper
passer-by pastoralist patroness peddler percussionist petitioner philanthropist phlebotomist
pilgrim pitcher plaintiff podcaster policeman policewoman politician pollster postdoc postgraduate
postmaster prefect prioress procurator profiler proofreader prosecutor-general psychotherapist
quarterback quarterfinalist rancher rapper realtor receptionist registrar-general repetiteur
reservist respondent restorer reviewer rigger schoolboy schoolgirl schoolmaster schoolmistress
scorer seafarer seamstress secretary-treasurer setter sharecropper shareholder shortstop signalman
smallholder sniper soldier songwriter sophomore soprano spectroscopist stallholder statesman
stateswoman stationmaster stevedore stockbroker stylist sub-prefect submariner surveyor-general
swingman teammate team-mate tenor townsman trainee traveller trucker trumpeter typesetter typist
undergraduate usher valedictorian valuer vendor vicar vice-captain vice-chair vice-chairman vice-
chairperson vice-chairwoman vice-governor vice-mayor vintner vocalist waitress wholesaler
"""
)
#: How words for an occupation end.
OCCUPATION_ENDINGS = (
    *("ologist", "maker", "keeper", "smith", "wright", "grapher", "worker", "owner", "farmer"),
    *("grower", "rider", "trader", "leader", "builder", "breeder", "seller", "teacher", "player"),
)
#: Words for kin: they show a person, and are no capacity.
KINSHIP = word_set(
    "mother father widow brother sister daughter son grandmother grandfather parent teenager "
    "grandson granddaughter nephew niece cousin uncle aunt"
)
#: Words that stand before the head of a title and belong to it.
TITLE_MODIFIERS = word_set(
    """
additional deputy vice acting assistant associate joint senior junior chief executive foreign
prime general federal provincial state interim honorary emeritus former ex- first second third
special principal permanent presiding parliamentary regional national international global country
managing operating financial technical technology information marketing commercial medical human
resources legal business scientific program programme project policy research communications
communication
press media public relations corporate creative editorial artistic sports head district divisional
sub inspector under resident visiting adjunct distinguished lead team national founding
non-executive independent group area branch field high defence defense finance interior home
planning education health energy climate environment trade commerce agriculture industry culture
tourism sports transport railways law justice labour labor water power petroleum science external
internal economic social cultural political military naval air army judicial opposition majority
minority party youth women's affairs security cabinet chargé-d'affaires station bureau supply
chain sales product data digital innovation sustainability investment risk compliance operations
strategy engineering software clinical nursing academic student admissions alumni co- lord royal
crown supreme high-level extraordinary plenipotentiary inspector-general surveyor presidential
ministerial departmental outgoing incoming departing retiring central local municipal city county
town village council board assembly
senate supreme-court climate-change research development head-of-state world postdoctoral doctoral
phd final-year local longtime lifelong retired award-winning veteran renowned noted eminent
well-known prominent celebrated leading award winning pakistani indian chinese american british
russian turkish iranian afghan saudi emirati qatari kenyan nigerian german french spanish italian
japanese korean indonesian malaysian uzbek kazakh ukrainian polish us u.s. uk un eu
d'affaires d’affaires current then- flag superior
brand grand
"""
)

#: Words that make a run of capitals the name of a body.
ORG_WORDS = word_set(
    """
ministry department division directorate secretariat organization organisation agency authority
commission committee council court tribunal bench bureau office board bank company corporation
corp corp. inc inc. ltd ltd. limited llc llp plc gmbh ag sa s.a. nv bv pty group holdings holding
industries enterprises enterprise partners ventures capital technologies technology systems
solutions labs laboratories laboratory pharmaceuticals pharma biosciences therapeutics energy
motors airlines airways railways foundation institute institution institutes headquarters
university college school academy faculty centre center center's union association federation
confederation league society club trust fund network alliance coalition forum parliament assembly
senate congress embassy consulate commission high-commission mission delegation army navy force
forces police guard guards rangers corps command regiment brigade battalion chamber hospital
clinic museum library theatre theater orchestra gallery party movement front programme program
project initiative service services station press news times tribune post herald gazette media
television radio broadcasting publishing publications consortium cooperative syndicate exchange
taskforce observatory secretary-generalate cabinet government administration municipality
province-council united cricket football hockey team fc united nations unicef unesco unhcr wfp
undp w.h.o imf ispr nato asean saarc sco brics opec oecd ecowas nepra pemra nadra ogra secp sbp fbr
ndma pcb icc fifa uefa bcci ioc studio studios robotics software networks logistics foods textiles
mills chemicals cement steel automotive aerospace biotech insurance securities telecom
telecommunications electronics semiconductors pharmaceutical analytics consulting associates
brothers & international airport port authority zoo observatory archive archives registry guild
fellowship hub abbey monastery priory cathedral diocese archdiocese parish church synagogue mosque
superintendence inspectorate defensoria conservancy sanctuary reserve bar brewery distillery winery
bakery shipyard foundry refinery
temple shrine flotilla fleet society's relief aid charity crescent watch amnesty universidad
universite
universitat conservatoire conservatory biblioteca bibliotheque opera
universidade universita instituto institut ministerio ministere fundacion fondation fundacja
stiftung banco muzeum museo musee gesellschaft verein agence agencia
"""
)

#: Words of bodies that are common in names of persons or places too, or say too little alone.
WEAK_ORG = word_set(
    "& group capital energy partners trust force command post times united nations team "
    "project programme program initiative office service services station cabinet mission "
    "movement front party bench press news cricket football hockey technology "
    "church temple fleet abbey priory brothers international watch aid hub port media forces "
    "administration union systems steel "
    "headquarters"
)

#: Nouns for a body, by which a text speaks of it: the association, its chairwoman.
BODY_NOUNS = word_set(
    """
company firm group start-up startup manufacturer maker producer operator retailer club team
charity trust foundation association union federation society agency commission committee council
board bank university college school institute centre center academy hospital museum library
festival embassy ministry department court bar airline railway port authority cooperative
co-operative publisher organisation organization party newspaper network alliance brewery bakery
theatre studio laboratory fund insurer lender developer non-profit ngo body secretariat assembly
senate parliament guild chamber corporation carrier utility broadcaster orchestra zoo city
municipality army mission forum congress league circle chain importer exporter supplier enterprise
shipyard shipbuilder service wholesaler grocer dealer distributor contractor consultancy brand
platform crew choir band ensemble troupe organizer organiser workshop studio label agency maker
shipper cooperative
subsidiary conglomerate consortium partnership collective think-tank watchdog regulator newsroom
faculty clinic winery distillery refinery foundry mill factory plant orchard farm hotel
brokerage hospice conservatoire conservatory
"""
)
#: Nouns of bodies that say as much of a place or a thing; no name is told to be a body by them.
_ALSO_PLACES = word_set("city municipality port bar body party team brand platform farm mill plant")
#: Nouns that tell a name beside them to be a body's: the importer Goudkorrel.
TELLING_NOUNS = BODY_NOUNS - _ALSO_PLACES - {"hotel", "army", "festival", "orchard", "factory"}
#: Nouns that fit any body.
ANY_BODY = word_set("company firm group organisation organization body start-up startup charity")
#: Words in names of bodies, in English.
TRANSLATED = {
    **dict.fromkeys(
        ("universidad", "universidade", "universita", "universitat", "universite", "uniwersytet"),
        "university",
    ),
    **dict.fromkeys(("asociacion", "associacao", "associazione", "verein"), "association"),
    **dict.fromkeys(("fundacion", "fundacao", "fondation", "fondazione", "stiftung"), "foundation"),
    **dict.fromkeys(("muzeum", "museo", "musee", "museu"), "museum"),
    **dict.fromkeys(("instituto", "institut", "istituto", "instytut"), "institute"),
    **dict.fromkeys(("ministerio", "ministere", "ministero"), "ministry"),
    **dict.fromkeys(("banco", "banca", "banque"), "bank"),
    **dict.fromkeys(("conservatoire", "conservatory", "academy", "college"), "school"),
    **dict.fromkeys(("gesellschaft", "sociedad", "societe"), "society"),
}
#: Legal forms of companies and associations, and those of them that are written small.
COMPANY_FORMS = word_set(
    """
inc ltd llc plc gmbh ag sa se ab oy as nv bv kg co corp a/s ry pvt srl spa kft sarl pjsc jsc llp
e.v s.a n.v b.v vzw asbl d.o.o s.r.o oyj asa aps tbk bhd
"""
)
SMALL_FORMS = word_set("ry vzw asbl e.v d.o.o s.r.o oyj")

MONTHS = word_set(
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sept sep oct nov dec"
)
WEEKDAYS = word_set("monday tuesday wednesday thursday friday saturday sunday")

PLACES = word_set(
    """
afghanistan albania algeria angola argentina armenia australia austria azerbaijan bahrain
bangladesh belarus belgium benin bhutan bolivia bosnia botswana brazil brunei bulgaria burundi
cambodia cameroon canada chad chile china colombia congo croatia cuba cyprus czechia denmark
djibouti ecuador egypt eritrea estonia eswatini ethiopia fiji finland france gabon gambia georgia
germany ghana greece guatemala guinea guyana haiti honduras hungary iceland india indonesia iran
iraq ireland israel italy jamaica japan jordan kazakhstan kenya kuwait kyrgyzstan laos latvia
lebanon lesotho liberia libya lithuania luxembourg madagascar malawi malaysia maldives mali malta
mauritania mauritius mexico moldova mongolia montenegro morocco mozambique myanmar namibia nepal
netherlands nicaragua niger nigeria norway oman pakistan palestine panama paraguay peru
philippines poland portugal qatar romania russia rwanda senegal serbia seychelles singapore
slovakia slovenia somalia spain sudan suriname sweden switzerland syria taiwan tajikistan tanzania
thailand togo tunisia turkey türkiye turkiye turkmenistan uganda ukraine uruguay uzbekistan
venezuela vietnam yemen zambia zimbabwe england scotland wales britain europe africa asia america
usa us u.s. uk u.k. uae eu islamabad rawalpindi karachi lahore peshawar quetta multan faisalabad
gwadar hyderabad sialkot muzaffarabad gilgit skardu swat punjab sindh balochistan khyber
pakhtunkhwa kashmir delhi mumbai kolkata chennai bengaluru bangalore pune jaipur dhaka chittagong
colombo kathmandu kabul kandahar herat tehran baghdad basra erbil damascus beirut amman jerusalem
gaza ramallah riyadh jeddah mecca medina doha dubai dhabi sharjah muscat sanaa aden cairo
alexandria tunis algiers rabat casablanca tripoli khartoum nairobi mombasa kampala kigali addis
ababa lagos abuja accra dakar bamako kinshasa luanda harare lusaka johannesburg pretoria durban
maputo tashkent samarkand bukhara almaty astana bishkek dushanbe ashgabat baku tbilisi yerevan
moscow kyiv kiev kharkiv lviv odesa minsk warsaw krakow prague bratislava budapest bucharest sofia
belgrade zagreb sarajevo ljubljana athens ankara istanbul izmir rome milan naples turin madrid
barcelona seville valencia lisbon porto paris lyon marseille strasbourg brussels antwerp amsterdam
rotterdam hague utrecht berlin munich hamburg frankfurt cologne stuttgart leipzig vienna graz
salzburg zurich geneva bern basel london manchester birmingham edinburgh glasgow cardiff belfast
dublin oslo bergen stockholm gothenburg copenhagen helsinki tallinn riga vilnius reykjavik beijing
shanghai guangzhou shenzhen chengdu wuhan xian urumqi hong kong taipei tokyo osaka kyoto seoul
busan hanoi bangkok manila jakarta bali kuala lumpur singapore sydney melbourne canberra brisbane
perth auckland wellington york washington boston chicago houston dallas seattle francisco angeles
atlanta miami philadelphia toronto ottawa montreal vancouver mexico bogota lima santiago buenos
aires montevideo quito caracas havana brasilia paulo rio janeiro california texas florida
sub-saharan balkans caucasus mediterranean middle east republic kingdom federation states emirates
islands
"""
)

#: First words of sentences that are capitalised and no names.
FUNCTION_WORDS = word_set(
    """
a an the this that these those it its he she they we i you his her their our your my in on at by
for from with without to of as and or but if when while where after before since until during
under over between among about against through despite although though because however moreover
furthermore meanwhile therefore thus also additionally earlier later today yesterday now then
there here what who whom whose which why how both each every all any some many most several such
other another one two three four five six seven eight nine ten more no not yet so only even just
according regarding concerning following given similarly likewise finally lastly firstly secondly
instead indeed still once again together further responding nevertheless nonetheless per amid upon
within across along around toward towards via like unlike than into onto off out up down is are
was were be been has have had do does did will would can could shall should may might must let's
let dear welcome thank yes good new last next first second third another previously recently
subsequently accordingly consequently commenting asked besides apart separately
"""
)

#: Bodies that are named by their initials alone.
INITIALS = word_set(
    """
un eu w.h.o unicef unesco unhcr undp unep fao wfp ilo imf nato opec asean saarc sco osce wto iaea
icrc ifrc icc ioc fifa uefa oecd ecowas brics iom itu wipo iso cern esa nasa
"""
)

#: What often stands after the name of a body with which a sentence begins.
HAPPENING = word_set(
    """
has have had is are was were will would plans plan today also opened opens announced announces
launched launches reported reports won wins signed signs bought buys sold sells began begins
closed closes raised raises presented presents published publishes received receives unveiled
unveils introduced introduces expects started starts built builds and in of from based which
"""
)

#: Words for a kind of event, each with how it is held where the word says so.
EVENT_KINDS = dict.fromkeys(
    word_set("webinar webcast videoconference teleconference"), "online"
) | dict.fromkeys(
    word_set(
        """
conference seminar workshop symposium summit forum roundtable round-table dialogue dialog lecture
exhibition expo fair festival ceremony convention colloquium panel session meeting congress
hackathon launch course training exercise competition tournament championship conclave
consultation discussion talk debate hearing briefing gala campaign marathon assembly moot plenary
retreat reception convocation show week camp series iftar award awards trade-fair masterclass
bootcamp commemoration celebration
"""
    ),
    "",
)

#: More words that make a run of capitals, or a title in marks, the name of an event.
NAMED_KINDS = word_set(
    """
biennale challenge championships colloque congres congreso contest cumbre cup day days derby
encuentro exposition feria fest festspiele finals foro games jirga jornadas journees kermesse
kongress konferenz konferencja marathon masters match mela messe night nights olympiad parade
plenum race rally regatta retreat run walk ride salon semaine seminario showcase simposio sommet
summer-school tagung taller triennale trophy weekend wochen
"""
)

#: What stands before a title or a term in quotation marks.
TITLE_INTRODUCERS = word_set(
    """
titled entitled called named dubbed themed theme termed nicknamed styled captioned headlined
slogan motto known as tagline project programme program book film documentary song report paper
exhibition initiative campaign operation exercise album play novel scheme policy award series
topic subject hashtag labelled labeled codenamed code-named headline mantra pamphlet so-called
concept term word phrase translated meaning brand app platform portal article module booklet
pamphlet hymn chant banner sign poster plaque inscription inscribed engraved lecture talk panel
session reading reads publication brochure study poem anthem course monument memoir magazine
training
"""
)

#: Given names with the gender that most of their bearers have.
_MALE = """
ahmad ahmed ali muhammad mohammad mohammed mohamed mehmood mahmood hassan hasan hussain hussein
imran
khalid khalil bilal usman umar omar osman tariq asif arif nadeem kamran faisal shahid sajid zahid
rashid javed junaid hamza abdullah abdul ibrahim ismail yusuf yousaf yasir naveed waqar babar
shaheen
sarfraz nawaz shehbaz ishaq bilawal asim qamar raheel zahoor zafar masroor munir aamir amir adnan
saad talha zubair irfan ahsan azam azhar shaukat sohail suhail tahir wasim waseem nasir nasser raza
rizwan salman sultan farooq farhan habib haider hamid jamal karim kashif rahim saeed said samir
shafiq younis yaqub raj rahul amit anil sunil sanjay rajesh suresh ramesh mahesh vijay vikram arjun
arun ashok deepak dinesh ganesh gopal harish kiran manoj mohan mukesh narendra naveen nitin pankaj
prakash pradeep rakesh ravi rohit sachin sandeep satish shyam subhash vinod vivek john james robert
michael william david richard joseph thomas charles christopher daniel matthew anthony mark paul
steven andrew kenneth george joshua kevin brian edward ronald timothy jason jeffrey ryan gary
nicholas eric stephen jonathan larry scott frank justin brandon raymond gregory benjamin samuel
patrick alexander jack dennis jerry peter adam henry nathan walter kyle harold carl arthur roger
hans klaus jurgen stefan wolfgang dieter karl friedrich heinrich johannes lukas felix tobias pierre
jean jacques francois philippe michel laurent olivier luc antoine juan jose carlos luis miguel
francisco manuel javier antonio fernando rafael pedro diego sergio jorge pablo alberto ricardo
roberto eduardo andres giovanni marco luca giuseppe francesco paolo matteo lorenzo joao paulo
vladimir sergei sergey dmitry dmitri alexei aleksei aleksandr alexey mikhail nikolai ivan andrei
andrey yuri igor oleg viktor boris pavel maksim anton kirill roman konstantin volodymyr oleksandr
mykola andriy petro taras bohdan nursultan kassym-jomart rustam bakhtiyor shavkat jasur timur aziz
akmal bekzod farrukh ulugbek sardor nurlan yerlan askar daniyar emomali kofi kwame chinedu emeka
oluwaseun tunde babatunde samuel abebe tesfaye haile juma jomo uhuru mwangi kamau otieno moussa
mamadou ousmane amadou ibrahima cheikh thabo sipho cyril wei jun ming lei tao hao jian"""
_FEMALE = """ayesha aisha fatima zainab maryam mariam khadija hina sana sara sarah nadia sadia saima
shazia rabia samina farah farzana bushra asma amna amina noor nasreen parveen rukhsana shireen
sherry
sumaira tahira uzma yasmin zara mahnoor mehwish nida kiran malala marriyum hania layla leila laila
huda rania dina salma samira priya anjali deepa kavita lakshmi meena neha nisha pooja radha rekha
sita sunita sushma nirmala indira sonia smriti mary patricia jennifer linda elizabeth barbara susan
jessica karen nancy lisa margaret betty sandra ashley dorothy kimberly emily donna michelle carol
amanda melissa deborah stephanie rebecca laura helen sharon cynthia kathleen amy angela anna ruth
brenda pamela nicole katherine catherine samantha christine emma janet maria heather diane julie
joyce victoria kelly christina joan evelyn lauren judith olivia martha cheryl megan andrea hannah
jacqueline jane rachel grace sophie claire charlotte alice ursula petra ingrid annalena sabine
monika gabriele heike birgit marie isabelle nathalie sylvie francoise carmen isabel ana lucia elena
sofia marta pilar teresa rosa paula claudia giulia chiara francesca beatriz fernanda olga tatiana
natalia svetlana irina ekaterina yelena ludmila marina oksana yulia olena iryna kateryna nataliya
gulnara aigul dilnoza nilufar saida madina zarina ngozi amaka chioma adaeze folake wanjiru akinyi
achieng wambui aminata fatou mariama awa nomsa thandi zanele mei ling xiu hua fang na yan"""
GENDER = dict.fromkeys(_MALE.split(), "m") | dict.fromkeys(_FEMALE.split(), "f")

#: Titles and honorifics that say a gender.
GENDERED = dict.fromkeys(
    word_set(
        """
mr mr. sir lord sheikh shri chairman spokesman maulana king prince bishop imam father businessman
congressman brother son batsman fisherman mufti allama herr senor pope sardar nawab
"""
    ),
    "m",
) | dict.fromkeys(
    word_set(
        """
mrs mrs. ms ms. miss dame lady begum baroness madam madame smt smt. sheikha chairwoman
spokeswoman queen princess mother businesswoman actress congresswoman sister widow daughter frau
senora
"""
    ),
    "f",
)

#: Small words within names of persons.
PARTICLES = word_set(
    """
van der den de dela delos la le von zu zur af av bin ibn bint ben al el ul ur as ad an-nur du da
das dos do di del della dello degli ter ten y e i wa ole arap ap fitz abd abu umm op 't het lo li
oud ould o' st mac und thi binti oglu-
"""
)

#: Small words within names of bodies and titles.
ORG_JOINERS = word_set(
    "of for the and & on in to de la du des der und y del los las dos das da do fur e"
)

TITLE_HEADS |= OCCUPATIONS | KINSHIP
TITLE_MODIFIERS |= word_set("sporting union commanding founding")
#: Words of portfolios and subjects: in a title, after "of" or "for", never of a person's name.
SUBJECTS = word_set(
    """
planning action finance foreign affairs defence defense interior information broadcasting education
health energy commerce trade law justice railways science technology climate change environment
agriculture water power petroleum industry industries production culture tourism sports youth
labour labor human rights resources development economic economy social welfare security food
research policy communications communication transport aviation maritime housing works religious
harmony parliamentary narcotics control overseas investment privatisation privatization revenue
statistics heritage interfaith women children population projects sourcing purchasing procurement
partnerships growth talent quality learning teaching exhibitions collections music football
cricket haematology cardiology oncology paediatrics pediatrics admissions fundraising advocacy
programming events membership logistics manufacturing selectors conservation sustainability home
internal external cooperation integration international national regional public media operations
strategy innovation engineering marketing sales product products people programs programmes
services safety risk compliance sustainability digital data staff army navy naval air mission
delegation board committee state government state's council house assembly senate court supreme
high cabinet medicine surgery nursing physics chemistry biology mathematics history economics
sociology psychology linguistics computer studies relations sciences conservation wildlife forests
fisheries livestock irrigation mines minerals infrastructure urban rural disaster emergency
management relief humanitarian refugees migration asylum americas europe asia africa pacific east
west south north central eurasia initiatives reforms reform coordination borders postal narcotic
training skills intelligence survey cattle ports shipping highways civil antiquities archaeology
auqaf waqf zakat excise taxation anti-corruption accountability budget treasury veterans equality
gender wildlife parks recreation cyber cybersecurity roads bridges dams dryland farming millets
horticulture seeds soils meteorology hydrology seismology customs immigration consular protocol
passports election elections electoral procedure privileges petitions finances accounts audit
procurement-reform capacity entrepreneurship employment manpower expatriates diaspora non-formal
literacy higher secondary primary elementary technical vocational vaccines immunisation
immunization nutrition sanitation drinking sewerage drainage waste recycling biodiversity coasts
minorities inclusion disability disabilities pensions insurance consumer consumers patents
metrology counter-terrorism terrorism peacekeeping disarmament nonproliferation
hr pr
emergencies emergency crises response treatment forest forestry botany zoology ecology geology
geography literature philosophy languages linguistics architecture arts astronomy anthropology
pharmacy dentistry nephrology neurology surgery radiology paediatric pharmacology toxicology
biochemistry biotechnology genetics neuroscience informatics computing robotics electronics
investigations investigation prosecutions enforcement inspection inspections licensing planning
mobility connectivity infrastructure dialogue peace reconciliation resilience preparedness
restoration restitution archives collections acquisitions publishing editions education outreach
engagement advancement facilities estates property assets treasury lending retail banking payments
oceans seas sea islands intellectual exports imports tariffs competition markets commodities
"""
)

#: Words that tie what follows to what stands before; the readers add their own.
PREPOSITIONS = word_set(
    """
about against alongside between by for from including into near of than through to under via with
"""
)
