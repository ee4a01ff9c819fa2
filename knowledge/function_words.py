"""The little words that every sentence of a language has: they tell the language, and name nothing by themselves."""

from collections.abc import Mapping

_ENGLISH = """
a all an and any are as at be by can do does for from get has have how i if in into is it its me my no not of on or our
so some than that the their them then there these they this those to up us was we were what when where which who why
will with you your
"""
FUNCTION_WORDS = frozenset(_ENGLISH.split())
"""English words that name nothing when they stand alone, even where a node or a column is called so."""
_MORE_ENGLISH = """
about above after again against also because been before being below between both but could did down during each every
few give had he her here him his just many may more most much nor off one only other out over own per please same shall
she should show since such through too under until used very whether while whom whose within without would
"""

_FRENCH = """
afin ai ainsi alors après au aucun aussi autre autres aux avant avec avoir c car ce ceci cela celle ces cet cette ceux
chaque chez ci combien comme comment contient d dans de depuis des deux donc dont du elle elles en entre est et eux
faire fait faut grâce il ils j je l la laquelle le lequel les leur leurs lors lorsque lui là m ma mais moi moins
mon même n ne nos notre nous on ont ou où par parmi pas peut plus pour pourquoi pouvez puis qu quand que quel quelle
quelles quels qui quoi s sa sans se selon ses si soit son sont sous suivant sur ta tes toi ton tous tout toute toutes
trouve tu un une vers via vos votre vous y à été être
"""
_GERMAN = """
ab aber alle allem allen aller alles als also am an auch auf aus bei beim bereits bis bitte da dabei damit dann das
dass dem den denen der deren des dessen die dies diese diesem diesen dieser dieses doch dort du durch ein eine einem
einen einer eines enthält er es etwa für gibt haben hat hier ich ihr ihre ihrem ihren ihrer im in innerhalb ins ist ja
je jede jedem jeden jeder jedes kann kein keine keinen können man mehr mein meine mich mir mit möchte nach nicht noch
nun nur ob oder ohne pro sein seine seinem seinen seiner seit sich sie sind sodass sofern sowie statt und uns unser
unsere unter viel viele vom von vor war warum was welche welchem welchen welcher welches wenn wer werden wie wieviel
wir wird wo wobei wofür woher worin wurde wurden während z zu zum zur zwischen über
"""
_PORTUGUESE = """
a ao aos apenas as até cada com como contém da das de dela dele deles depois desde dessa desse desta deste disso do
dos e ela elas ele eles em entre era essa essas esse esses esta estas este estes está estão eu foi foram há isso isto
já lhe mais mas me mesmo meu minha na nas nem nesta neste no nos nossa nosso num numa não o onde os ou para pela pelas
pelo pelos pode podem por porque posso quais qual quando quanto quantos que quem se seja sem ser seu seus sob sobre
sua suas são também te tem temos tenho ter toda todas todo todos têm um uma você à às é
"""
_SPANISH = """
a al algo antes aquí así aún cada como con contiene cual cuales cuando cuanta cuantas cuanto cuantos cuál cuáles
cuándo cuánta cuántas cuánto cuántos cómo de del desde donde dos durante dónde e el ella ellas ellos en entre era es
esa esas ese eso esos esta estas este esto estos está están fue fueron ha hace han hasta hay incluye la las le les lo
los me mi mis mismo muy más no nos nuestra nuestro o otra otras otro otros para pero por porque puede pueden puedo que
quien quién qué se según ser si sin sobre solo son su sus sólo también te tiene tienen toda todas todo todos tu tus un
una unas uno unos y ya yo
"""
_ITALIAN = """
a ad agli ai al alla alle allo anche che chi ci come con contiene cosa cui da dagli dai dal dalla dalle degli dei del
dell della delle dello di dopo dove e era essere fino fra gli ha hanno i il in io l la le lo loro ma mi mio negli nei
nel nell nella nelle nello noi non nostra nostro o ogni oppure per perché più può quale quali quando quanta quante
quanti quanto quella quelle quelli quello questa queste questi questo si sia solo sono su sua sue sugli sul sull
sulla sulle suo suoi tra tutte tutti tutto un una uno vi è
"""
_DUTCH = """
aan al alle alleen als ander andere bevat bij dan dat de deze die dit door dus een elk elke en er geen had heb hebben
heeft hem het hier hij hoe hoeveel hun ieder iedere ik in is ja je kan kunnen maar me meer met mijn moet na naar niet
nog nu of om omdat onder ons onze ook op over per sinds te tot tussen u uit uw van vanaf vanuit veel voor waar waarbij
waarin waarom wanneer waren was wat we welk welke werd wie wij worden wordt ze zich zij zijn zoals zonder zowel
"""
_DANISH = """
af alle alt andre at blev bliver da de den der deres det dette disse efter eller en er et for fra få før gennem ham
han har havde hende hvad hvem hver hvert hvilke hvilken hvilket hvis hvor hvordan hvorfor hvornår i ikke ind
indeholder jeg jo kan kun man mange med meget mellem men mens mig min mine mit mod ned nogen noget nogle nu når og
også om op os over på samt selv sig sin sine sit skal som så til ud uden under var ved vi vil vores været
"""
_SWEDISH = """
alla allt andra att av bara blev blir de dem den denna deras dess dessa det detta där då efter eller en enligt er ett
finns från för före genom ha hade han har hur här i in inga innehåller inte ja jag kan kunde med mellan men mot mycket
många måste ni nu när någon något några och också om oss på samt sedan sig sin sina sitt ska skall som så till under
upp ut utan vad var vara varför varit varje vem vi vid vilka vilken vilket vill vår våra våre än är över
"""
_NORWEGIAN = """
alle alt andre at av bare ble blir da de den denne der deres det dette disse du eller en enn er et etter for fra før
gjennom ha hadde han har henne hva hvem hver hvert hvilke hvilken hvilket hvis hvor hvordan hvorfor i ikke inn
inneholder ja jeg kan kun man mange med meg mellom men mens mer min mitt mot mye noe noen nå når og også om oss over
på samt seg selv sin sine sitt skal som så til under ut uten var ved vi vil vår våre være vært
"""
_FINNISH = """
ei eivät eli ennen että haluan hän ilman ja jo joka jokainen jokaisen jolla jonka jos jossa jota jotka kaikki kaikkien
kanssa keskimäärin koska kuin kuinka kuka kun kunkin me mikä missä mistä miten mitkä mitä monta mukaan mutta myös ne
niiden niin nyt näiden nämä ole olemme olen oli olivat on onko ovat per se sekä sen siitä sillä sisältää tai te tämä
tämän tästä tätä vai vain voi voiko yhden yksi yli
"""
_POLISH = """
aby ale bez być był była było były co czy dla do gdy gdzie go i ich ile im ja jak jaka jaki jakie jako jego jej jest
jeśli każda każde każdego każdej każdy która które którego której który których którym ma mi mnie może można my na nad
nam nas nasz nie nimi niż o od on ona oraz po pod przed przez przy się są ta tak także tam te tego tej ten to tych
tylko tym w we według wraz wszystkich wszystkie z za zawiera ze że
"""
_CZECH = """
aby ale ani až bez bude by byl byla byly být co do jak jako je jeho jej jejich jen jsou k kam každou každého každý kde
kdo kdy ke kolik kterou která které který mají mezi má na nad naše nebo není než o od po pod podle pouze pro protože
před při s se si stejně tak také ten tento toho tohoto tom ty této u v ve více včetně vše všech všechny z za ze či že
"""
_ROMANIAN = """
a aceasta această acest aceste acestea ai al ale am ar are asupra au avea ca care ce cei cele cine conține cu cum câte
câți că da dacă de decât din după ea ei el ele este eu fi fie fiecare fost iar la le lor lui mai mult noi nostru nu o
oricare pe pentru prin sau se si sub sunt să său toate toți un unde une unei unui în între și
"""
_HUNGARIAN = """
a aki alapján amely amelyek ami az azok be csak cél de egy egyes ez ezek ezt fel ha hogy hogyan hol hány illetve is
itt kell ki között közötti le lehet meg mely melyik mennyi mert mi mikor minden miért nem nincs ott pedig például
szerint szerinti számára tartalmazza után vagy van vannak volt által és összes
"""
_TURKISH = """
ait ama bir biri bu bunlar da daha de değil en gibi göre hangi hangisi hem her ile ise içeren içerir için kadar kaç ki
mi mu mü mı nasıl ne neden nerede olan olarak oldu olduğu olup sadece sonra tüm ve veya ya çok şu
"""
_RUSSIAN = """
а без более бы был была были было быть в вам вас весь во вот все всего всех вы где да для до его ее если есть еще же
за и из или им их к каждого каждой каждому каждый как какая какие какой когда которая которые который кто ли между мне
может мы на над нам нас не него нет но о об один одна он она они от по под после при с свой сколько со содержит так
также там то только у уже чем что чтобы эта эти это этот я
"""
_CATALAN = """
a això al als amb aquest aquesta aquestes aquests cada com conté d de del dels des dins el ella ells els en entre
estan està fins ha hi i jo l la les li llur mentre molt no només nostra nostre o on pel pels per perquè però quan
quantes quants que qui quin quina quines quins segons sense ser seu seus seva seves si sobre són també te tenen tot
tota tots un una unes uns és
"""

FUNCTION_WORDS_OF: Mapping[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "english": _ENGLISH + _MORE_ENGLISH,
        "french": _FRENCH,
        "german": _GERMAN,
        "portuguese": _PORTUGUESE,
        "spanish": _SPANISH,
        "italian": _ITALIAN,
        "dutch": _DUTCH,
        "danish": _DANISH,
        "swedish": _SWEDISH,
        "norwegian": _NORWEGIAN,
        "finnish": _FINNISH,
        "polish": _POLISH,
        "czech": _CZECH,
        "romanian": _ROMANIAN,
        "hungarian": _HUNGARIAN,
        "turkish": _TURKISH,
        "russian": _RUSSIAN,
        "catalan": _CATALAN,
    }.items()
}
"""By language, called as Snowball calls it. Written for this: none is a published list of stop words."""
