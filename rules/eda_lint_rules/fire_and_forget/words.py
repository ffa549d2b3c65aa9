"""English words by what they can be in the name of a message. Lower case; base forms unless said otherwise.

The lists are of general and of technical English. They sort verbs by how safely a name that begins with one reads as
an instruction: `VERBS` are hardly ever nouns, `LEANING` are verbs before an object and nouns elsewhere (an update, a
check), `NOUNS` can be verbs and are far more often nouns in names (an order, a charge).
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


VERBS = _words("""
abandon abolish absorb accelerate accept accommodate accomplish accrue accumulate achieve acknowledge acquire activate
adapt add adjourn adjust administer admit adopt advertise advise affirm affix aggregate alleviate allocate allot allow
alter amend amplify analyse analyze animate annotate announce annul anonymise anonymize append apply appoint apportion
appraise apprise approve arbitrate archive arm arrange ascertain ask assemble assert assess assign assist assume
assure attach attain attempt attend attest authenticate author authorise authorize automate autoscale avoid await
award babysit ban begin bind block boost bootstrap bounce bring broaden browse build buy calculate calibrate cancel
capitalise capitalize capture categorise categorize cease certify choose circulate clarify classify cleanse clear
close coalesce collapse collate collect combine commence commission communicate compensate compile complete compose
compress compute concatenate conclude configure confirm conform connect consider consolidate construct consume contain
continue contribute convene convert convey cook coordinate copy correct correlate corroborate create credential crop
customise customize deactivate deallocate debounce debug decide decode decommission decompress decouple decrease
decrement decrypt deduct dedupe deduplicate defer define deflate deindex delete deliver demote denormalise denormalize
deny denylist depict deploy deprecate deprovision deregister derive descend describe deselect deserialise deserialize
designate destroy detach detect determine develop diagnose digitise digitize dim diminish disable disallow disapprove
disarm disassemble disassociate disburse discard disclose discontinue discover dismiss dispense display dispose
disqualify dissociate dissolve distribute divide double drain earn eat edit effect eject elect elevate eliminate embed
emit employ emulate enable encapsulate enclose encode encourage encrypt enforce engage enhance enlarge enqueue enrich
enrol enroll ensure enter entitle enumerate erase escalate establish evaluate evict examine exchange exclude execute
exempt exit expand expect expedite expire explain explode expose extend extrapolate fabricate facilitate fail fetch
fill filter finalise finalize find finish fix flatten flip flush follow forbid force foresee forget forgive format
formulate forward freeze fulfil fulfill furnish garnish gather generate get give goto grab grant greet grow halt
handle heal help hide highlight hijack hydrate identify ignore illustrate impersonate implement import impose improve
incorporate increase increment incur indicate infer inflate inform ingest inherit inhibit initialise initialize
initiate inject inspect inspire install instantiate instruct instrument integrate intercept interpolate interpret
introduce invalidate invert invest investigate invoke involve isolate issue iterate join judge justify keep kick kill
know land launch learn leave lend lengthen let liquidate listen load localise localize locate log loosen lower
maintain make manage manipulate map mark materialise materialize maximise maximize measure memoise memoize merge
migrate minimise minimize mint mirror mitigate modernise modernize modify monitor mount move multiply mute narrow
navigate negotiate nominate normalise normalize notify nullify obfuscate observe obtain offboard omit onboard open
operate optimise optimize orchestrate organise organize originate override oversee overwrite pack paginate parse
participate partition paste pause pay perform persist personalise personalize pick pin ping place poll populate post
postpone pour precompute predict prefetch prepare prepend preprocess prescribe preserve press presume prevent
prioritise prioritize proceed process procure produce prohibit promote prompt propagate propose protect provide
provision prune publish pull purchase purge push put qualify quantify quarantine raise randomise randomize react read
realise realize reassign recalculate recall receive recharge reclaim recognise recognize recommend recompute reconcile
reconfigure recover recreate recruit rectify recycle redact redeem redeliver redeploy redistribute redo reduce
refactor refill refine refresh refund refuse regenerate register regulate rehydrate reimburse reindex reinitialise
reinitialize reinstall reinstate reject relabel release relinquish reload relocate rely remediate remember remind
remove rename render renew renounce reopen reorganise reorganize repair replace replenish replicate reply repopulate
report reposition represent reprocess reproduce requeue require rerun reschedule resend reserve reset resize resolve
respond restart restock restore restrict restructure resubmit resubscribe resume resurrect retain retire retract
retrain retrieve return reuse reveal reverse revert review revise revive revoke rewind roll rotate run salvage
sanitise sanitize satisfy save say scan scatter scrape scroll secure seek select sell send separate serialise
serialize serve set settle sever shift show shrink shuffle shut sign simplify simulate skip slice smooth snooze
solicit solve sort spawn speak specify spend split spread stage standardise standardize start steer stop store
streamline strengthen strip submit subscribe subtract succeed suggest summarise summarize supersede supervise supply
suppress suspend sustain swap switch sync synchronise synchronize synthesise synthesize tally teach tear tell
terminate think throttle throw toggle tokenise tokenize track train transcode transcribe transfer transform transition
translate transmit transpose traverse treat trigger trim truncate try tweak unarchive unassign unban unbind unblock
uncover undelete undeploy undo unenrol unenroll unfollow unfreeze unify unindex uninstall unite unlink unload unlock
unmount unmute unpack unpause unpin unpublish unregister unsubscribe untag update upgrade uphold upload upscale upsert
use utilise utilize vacate vacuum validate verify view visualise visualize void vote wait waive wake warm warn watch
weaken weigh welcome widen win withdraw withhold wrap write yield zip zoom
""")
"""Verbs; those of `LEANING` and `NOUNS` are taken out below, so that each stands in one list."""

LEANING = _words("""
abort advance aggregate archive bind broadcast browse build bypass call capture change check clean cleanup clear clone
close collapse commit complete connect consume convert copy correct cut debug decline decrease delay deploy discharge
disconnect dispatch downgrade download drain dump duplicate edit embed empty estimate evict expand export express
extract fail fill find fix flip flush grant guarantee halt help hide import increase increment insert install
interrupt invite issue join judge kick kill launch learn leave load lower mark measure merge mount move open override
pack partition paste pause pay permit pick place play post press preview process prompt pull purge push put quarantine
query raise rebuild recall receive recharge reconnect record recover redirect reduce refill refresh refund release
reload reorder repair repeat reply report request rerun reserve reset respond restart restock resume resync retry
reuse reverse rewind rewrite rise roll rollback rollout rollup rotate run save scan schedule scrape scroll search
secure seek select separate serve set setup show shut skip slice snooze sort split spread start steer stop store
substitute switch sync throttle throw toggle transform trigger trim try turn tweak update upgrade upload use vacuum
validate wait wake warm win wrap write yield zip zoom
""")
"""Verbs when an object follows, nouns or adjectives elsewhere."""

IMPERATIVE = _words("""
abort advance change clean cleanup clone convert copy correct decline decrease discharge disconnect dispatch downgrade
download duplicate edit evict export extract fill fix flush import increase increment insert install interrupt invite
kill launch leave load merge move open override pay pick place play press pull push put raise receive reconnect
redirect reduce refresh reload reopen reorder repair repeat reset restart resume resync retry rewrite rollback run
save select set show skip start stop switch sync toggle trigger turn update upgrade upload
""")
"""Those of `LEANING` and `NOUNS` that are instructions before nearly every object, but for a few fixed compounds."""

NOUNS = _words("""
access account act address age agent air alarm alert answer appeal asset attempt audit author award back backup
balance ban band bank bar base batch bet bid bill block blog board bolt bomb bond book boost border bounce box branch
brand breach break bridge brief bucket budget buffer bug bulk bundle cable cache campaign cap card care case cash cast
catalog cause center chain chair challenge channel charge chart chat checkout checkpoint claim class clock code coin
comment commission condition conference contact contest contract control cost count course court cover crash
credential credit crew crop cross cue current cycle damage data date deal debate debit default delegate demand deposit
design detail device dial diff digest discharge discount display dispute document dose double draft drift drive drop
dust ease echo effect email end engine entry envelope error escape even event exchange exhibit exit experience
experiment face fall fan fast fax feature fee feed fence field fight figure file film filter finance fine finger fire
firm fish fit flag flame flash flat float flood floor flow focus fold foot force form format forward frame freeze
front fuel function fund game garage gate gauge gear gift glass grade graph grid group guard guess guide hand harbor
hash head heal heat hedge hit hold home honor hook hope host house image impact index influence initial input instance
instrument interest interface interview invoice iron item jail job journey jump key label lag land lapse laser last
layer layout lead lease level license lift light limit line link list loan lock log login logout loop loss machine
mail man manifest map margin market mask master match mean mention message meter mind mine minute mirror miss mistake
mix model module monitor mortgage motion motor name nest note notice number object offer order outline output owner
page paint pair panic paper park part partner pass patch path pattern payment peak pen pension phase phone photo
picture piece pilot pin ping pipe pipeline plan plant plate plot plug point policy poll pool port position pot power
present price print prize profile profit program progress project promise proof protest proxy pump punch purchase
purpose question queue quiz quote race rain range rank rate ratio reach reason rebate receipt reference region rent
research resort resource rest result retail return review reward ride right ring risk rock role room root rota round
route rule rush sample scale scene scope score screen script seal season seat section seed segment sense sentence
sequence series service session shape share shelter shield shift shine ship shock shop shot sign signal sink site size
sketch sleep slide slip smell smile smoke snapshot sound source space spark speed spell spike spin spot square squash
stack staff stage stake stamp star state status steal steam step stick stock strain stream stress stretch strike strip
structure study style subject suit sum supply support surface swap swing system table tag talk tally target task tax
team term test text thread ticket tie time tip title token tone tool top total touch tour tower trace track trade
traffic train transaction transfer transition transport trap travel trip truck trust type upset use user value vault
venture version view visit voice void volume vote voyage walk wall warrant wash waste watch water wave weather weight
wheel while wind wire witness wonder work worry yard
""")
"""Verbs as well, but nouns nearly always when they begin a name: `OrderStatus`, `TestResult`."""

COLLOCATIONS = {
    "bill": _words("customer customers client user member tenant"),
    "book": _words("seat seats room rooms hotel flight car trip ride appointment"),
    "charge": _words("customer customers client user card buyer passenger member"),
    "credit": _words("customer customers client user wallet member"),
    "debit": _words("customer customers client user wallet member"),
    "deposit": _words("money funds cash"),
    "email": _words("customer customers client user users invoice invoices receipt"),
    "pack": _words("order orders item items parcel"),
    "ship": _words("order orders item items product products goods parcel package books"),
    "transfer": _words("money funds amount ownership"),
}
"""What follows words of `NOUNS` where they are verbs after all: `ChargeCustomer`, `ShipOrder`. Nothing that makes a
compound with them (`CreditCard`, `TransferOrder`, `BookOrder`)."""

THINGS = _words("archive broadcast commit download estimate export import refund record report schedule upload")
"""Those of `LEANING` that name a thing which something is done to, at the end of a name: `ProcessRefund`."""

CRUD = _words("create read update delete add remove insert upsert")
"""Verbs that change-notification buses put last and mean as participles: `orders/create`, `MESSAGE_DELETE`."""

ASKING = _words("get find search query lookup describe list")
"""Verbs that ask for an answer wherever they stand first."""

VERBS = VERBS - LEANING - NOUNS
LEANING = LEANING - NOUNS

NEVER_NOUN_SUFFIXES = ("ise", "ize", "ify")
"""Endings of words that are verbs, with the exceptions of `NOT_VERBS`."""

NOT_VERBS = _words("""
citywide concise cruise daize demise disguise enterprise exercise expertise franchise likewise maize merchandise noise
otherwise paradise poise praise precise premise prize promise raise rise seize size sunrise surprise treatise unclean
unclear undue unease uneven unfit unit unlike unrest wise worldwide
""")
"""Words that end like a verb and are none (or are verbs of another list)."""

PREFIXES = ("re", "un", "de", "dis", "auto", "pre", "over", "bulk", "mass", "co", "mis")
"""Prefixes that make a verb of a verb: `reindex`, `unregister`, `autoscale`."""

IRREGULAR = """
arise arose arisen, awake awoke awoken, babysit babysat babysat, be was been, bear bore borne, beat beat beaten,
become became become, begin began begun, bend bent bent, bet bet bet, bid bid bid, bind bound bound, bite bit bitten,
bleed bled bled, blow blew blown, break broke broken, breed bred bred, bring brought brought,
broadcast broadcast broadcast, build built built, burn burnt burnt, burst burst burst, buy bought bought,
cast cast cast, catch caught caught, choose chose chosen, cling clung clung, come came come, cost cost cost,
cut cut cut, deal dealt dealt, dig dug dug, do did done, draw drew drawn, dream dreamt dreamt, drink drank drunk,
drive drove driven, eat ate eaten, fall fell fallen, feed fed fed, feel felt felt, fight fought fought,
find found found, fit fit fit, flee fled fled, fling flung flung, fly flew flown, forbid forbade forbidden,
forecast forecast forecast, forego forewent foregone, foresee foresaw foreseen, foretell foretold foretold,
forget forgot forgotten, forgive forgave forgiven, forsake forsook forsaken, freeze froze frozen, get got gotten,
give gave given, go went gone, grind ground ground, grow grew grown, hang hung hung, have had had, hear heard heard,
hide hid hidden, hit hit hit, hold held held, hurt hurt hurt, input input input, inset inset inset, keep kept kept,
know knew known, lay laid laid, lead led led, leap leapt leapt, learn learnt learnt, leave left left, lend lent lent,
let let let, lie lay lain, light lit lit, lose lost lost, make made made, mean meant meant, meet met met,
mislay mislaid mislaid, mislead misled misled, mistake mistook mistaken, misunderstand misunderstood misunderstood,
offset offset offset, output output output, outbid outbid outbid, outdo outdid outdone, outgrow outgrew outgrown,
outrun outran outrun, outsell outsold outsold, overcome overcame overcome, overdraw overdrew overdrawn,
override overrode overridden, overrun overran overrun, oversee oversaw overseen, oversell oversold oversold,
overtake overtook overtaken, overthrow overthrew overthrown, overwrite overwrote overwritten,
partake partook partaken, pay paid paid, preset preset preset, prove proved proven, put put put, quit quit quit,
read read read, rebuild rebuilt rebuilt, redo redid redone, redraw redrew redrawn, remake remade remade,
rend rent rent, repay repaid repaid, rerun reran rerun, resell resold resold, resend resent resent, reset reset reset,
resit resat resat, retake retook retaken, rethink rethought rethought, rewind rewound rewound,
rewrite rewrote rewritten, rid rid rid, ride rode ridden, ring rang rung, rise rose risen, run ran run, say said said,
see saw seen, seek sought sought, sell sold sold, send sent sent, set set set, sew sewed sewn, shake shook shaken,
shed shed shed, shine shone shone, shoot shot shot, show showed shown, shrink shrank shrunk, shut shut shut,
sing sang sung, sink sank sunk, sit sat sat, sleep slept slept, slide slid slid, sling slung slung, slit slit slit,
sow sowed sown, speak spoke spoken, speed sped sped, spell spelt spelt, spend spent spent, spin spun spun,
spit spat spat, split split split, spoil spoilt spoilt, spread spread spread, spring sprang sprung, stand stood stood,
steal stole stolen, stick stuck stuck, sting stung stung, strike struck struck, string strung strung,
strive strove striven, sublet sublet sublet, swear swore sworn, sweep swept swept, swell swelled swollen,
swim swam swum, swing swung swung, take took taken, teach taught taught, tear tore torn, tell told told,
think thought thought, throw threw thrown, thrust thrust thrust, tread trod trodden, typeset typeset typeset,
unbind unbound unbound, underbid underbid underbid, undergo underwent undergone, understand understood understood,
undertake undertook undertaken, underwrite underwrote underwritten, undo undid undone, unfreeze unfroze unfrozen,
unwind unwound unwound, uphold upheld upheld, upset upset upset, wake woke woken, wear wore worn, weave wove woven,
weep wept wept, wet wet wet, win won won, wind wound wound, withdraw withdrew withdrawn, withhold withheld withheld,
withstand withstood withstood, wring wrung wrung, write wrote written
"""
"""Irregular verbs: base, past, participle."""

DOUBLING = _words("""
abet acquit admit allot aver bar begin cancel chat commit compel concur confer control cram crop debug defer deter
dial drag drop emit enrol equip excel expel fit flag flip format fulfil grab ham hop incur infer jam jog label level
log map model mop nag occur omit opt pad pat permit pin plan plot plug pop prefer program propel quiz ram rebut recur
refer regret remap remit repel replan reship rig rip rob rot rub scan scrap ship shop shred shun skim skip slam slip
slot snap spam spin spot star stem step stir stop strap strip submit sum swap tag tap thin tip top transfer transit
transmit trap travel trim trip tug unpin unplug untag unzip wrap zip
""")
"""Verbs that double their last letter: `shipped`. Those in -l do so as in British English."""

PARTICIPLE_NOUNS = _words("""
beat bet bid bit blew bore bound broke burst cast cost drove dug fed felt fit flew forecast found ground hit hung
input inset lay lead left lit offset output preset rent rid ring rose saw set shed shone shot slit spat sped spoilt
sprang spring sting stole string thought thrust wet wound
""")
"""Irregular forms that are other words too: participles only after a noun, at the end of a name."""

ED_TRAPS = _words("""
bed bleed breed creed deed ed embed exceed feed fred greed heed hundred indeed infrared kindred led med naked need
newsfeed proceed red reed rugged sacred seaweed seed shed shred sled speed steed succeed ted tweed wed weed wicked
wretched
""")
"""Words in -ed that are no participles."""

STATES = _words("""
absent active advancing alive available awaiting busy chargeable closing complete connecting converging dead degraded
delivering disconnecting down due empty ending exhausted expiring failing full gone healthy idle imminent inactive
incomplete inconclusive invalid live low missing obsolete offline ok online open opening outstanding over overdue
pending processing progressing ready reconnecting redeliverable retrying running shipping stale stalled starting
stopping stuck suspended trialing unavailable unhealthy unknown unpaid unreachable unresponsive unsuccessful upcoming
updating valid waiting
""")
"""Words for a state that was entered."""

OUTCOMES = _words("""
completion crash error errors exception failure success timeout
""")
"""Nouns for how something ended."""

REPORTING = _words("""
acknowledge clear handle ignore inject log notify raise record report send set show simulate track
""")
"""Verbs that take an outcome as their object: `record_failure` is an instruction, `create_failure` is none."""

LABELLING = _words("mark flag set make ensure keep treat record show list find get remove delete handle")
"""Verbs that may take a participle as their object: `mark_as_paid`, `list_completed`."""

COMPOUND_HEADS = _words("""
alert alerts amount attempt attempts balancer build builds button change changes channel check checks client
completion config configuration confirmation context contexts controller count cycle date delay detail details
duration engine error errors event events failure feed flow game group handler history id ids index info interval item
items job key level limit line lines link list log logs loop loss manager metric metrics name note notes notice
notification notifications number options order page period phase plan point policy processor progress queue rate
reason reminder reminders reply report reports request requests response result results run runner runs scan scans
scheduler server service set settings speed stage state statistics stats status step stream success suite summary
system task time timeout token topic total type update updates user version window worker
""")
"""Heads of compound nouns: `UpdateStatus`, `check result`, `scan report` name a thing."""

FIXED_HEADS = _words("""
balancer count date delay details duration error event events failure game history id ids info interval level limit
link list log logs loss metric metrics notice notification notifications number page period point progress rate reason
reply report request requests response result results state statistics stats status summary time token type user
version window
""")
"""Heads of fixed compounds of two words with an imperative in front: `PullRequest`, `RefreshToken`, `StartTime`."""

MODIFIERS = _words("bulk batch mass async auto force please kindly")
"""Words that may stand before a verb in the imperative."""

STATIVE = _words("requires needs awaits lacks exceeds")
"""Verbs in the third person that say what is the case."""

GERUND_NOUNS = _words("""
accounting advertising billing boarding booking broadcasting budgeting building bundling caching cashing charting
clearing clothing coding computing counting dating dealing drawing earning ending engineering feeling filing filling
finding fishing forecasting funding gaming grouping handling heading hearing hosting housing indexing invoicing
lending lighting listing logging mailing manufacturing mapping marketing matching meaning meeting merging messaging
mining monitoring networking numbering offering onboarding opening ordering outing packing painting parking planning
polling posting pricing printing profiling programming purchasing ranking rating reading recording recruiting
rendering reporting roaming roofing routing sampling saving savings scheduling schooling scoring screening seating
setting settings sharing shopping signing sizing sorting spelling staffing standing storing streaming swimming tagging
teaching testing ticketing timing tracing tracking trading training typing understanding voting warning wedding wiring
wording writing
""")
"""Words in -ing that name a thing or a field of work."""

PARTICLES = _words("""
after again against as at automatically away back before by down externally for from in into locally manually of off
on onto out over remotely since successfully through to under unsuccessfully until up via with within without
""")
"""Words that may follow a participle: `LoggedIn`, `AddedToCart`, `ModifiedExternally`."""

PREPOSITIONS = _words("to from for with by at into onto on in of as under against through without via after before")
"""Words that begin the rest of an instruction after its object: `AddItem|ToCart`."""

VERB_PARTICLES = _words("in out up down off on over back away")
"""Particles that make a noun of a verb: `SignUp`, `LogIn`, `CheckOut`."""

PAST_AUXILIARIES = _words("did was were has have had been")
"""Auxiliaries of something that happened."""

ENVELOPES = _words("event events message messages msg payload dto schema data notification evt")
"""Trailing words that go alone."""

KINDS_OF_EVENT = _words("domain integration business application system external internal public")
"""Words that go together with a trailing `Event`."""

FORMATS = _words("json avro proto protobuf xml csv yaml cbor msgpack")
"""Last segments that name a format."""
