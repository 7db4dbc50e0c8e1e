"""The worked examples of PACE in ICAO Doc 9303-11, appendices G, H and I: numbers as published, run byte for byte."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from card_bench import ScriptedTransport, unhex

from drivers.card.emrtd import chip_authentication, curves, mapping, mrz, pace
from drivers.card.emrtd.apdu import PlainChannel
from drivers.card.emrtd.crypto import CipherKind, cbc_decrypt, derive_key
from drivers.card.emrtd.groups import DH_BY_PARAMETER_ID, EC_BY_PARAMETER_ID
from drivers.card.emrtd.security_infos import Mapping, PaceInfo, pace_infos, parse
from drivers.errors import DeviceError

INFORMATION = mrz.key_information("T22000129,640812,101031")
# G.1, G.2: the password's key from the MRZ; H.1, H.2 give another one and do not say from what.
KEY_G = unhex("89DED1B26624EC1E634C1989302849DD")
KEY_H = unhex("591468CDA83D65219CCCB8560233600F")
BRAINPOOL, DH_1024 = 13, 0


@dataclass(frozen=True)
class Example:
    """One published run: what the terminal draws, what goes over the line, and the keys at its end."""

    mapping: Mapping
    parameter_id: int
    key: bytes
    nonce: bytes
    scalars: tuple[str, ...]
    own_nonce: str
    commands: tuple[str, ...]
    answers: tuple[str, ...]
    enc: bytes
    mac: bytes

    @property
    def info(self) -> PaceInfo:
        oid = unhex("04007F00070202 04") + bytes((self.mapping, 2))
        return PaceInfo(oid, self.mapping, CipherKind.AES128, self.parameter_id)


# --- G.1: ECDH, generic mapping, brainpoolP256r1, AES-128

G1_SK_MAP = "7F4EF07B9EA82FD78AD689B38D0BC78CF21F249D953BC46F4C6E19259C010F99"
G1_PK_MAP_IC = (
    "04824FBA91C9CBE26BEF53A0EBE7342A3BF178CEA9F45DE0B70AA601651FBA3F57"
    "30D8C879AAA9C9F73991E61B58F4D52EB87A0A0C709A49DC63719363CCD13C54"
)
G1_SHARED = unhex(
    "0460332EF2450B5D247EF6D3868397D398852ED6E8CAF6FFEEF6BF85CA57057FD5"
    "0840CA7415BAF3E43BD414D35AA4608B93A2CAF3A4E3EA4E82C9C13D03EB7181"
)
G1_GENERATOR = unhex(
    "048CED63C91426D4F0EB1435E7CB1D74A46723A0AF21C89634F65A9AE87A9265E2"
    "8C879506743F8611AC33645C5B985C80B5F09A0B83407C1B6A4D857AE76FE522"
)
G1_PK_IFD = (
    "042DB7A64C0355044EC9DF190514C625CBA2CEA48754887122F3A5EF0D5EDD301C"
    "3556F3B3B186DF10B857B58F6A7EB80F20BA5DC7BE1D43D9BF850149FBB36462"
)
G1 = Example(
    Mapping.ECDH_GM,
    BRAINPOOL,
    KEY_G,
    unhex("3F00C4D39D153F2B2A214A078D899B22"),
    (G1_SK_MAP, "A73FB703AC1436A18E0CFA5ABB3F7BEC7A070E7A6788486BEE230C4A22762595"),
    "",
    (
        "0022C1A40F800A04007F00070202040202830101",
        "10860000027C0000",
        "10860000457C438141047ACF3EFC982EC45565A4B155129EFBC74650DCBFA6362D896FC70262E0C2CC5E"
        "544552DCB6725218799115B55C9BAA6D9F6BC3A9618E70C25AF71777A9C4922D00",
        f"10860000457C438341{G1_PK_IFD}00",
        "008600000C7C0A8508C2B0BD78D94BA86600",
    ),
    (
        "9000",
        "7C12801095A3A016522EE98D01E76CB6B98B42C39000",
        f"7C438241{G1_PK_MAP_IC}9000",
        "7C438441049E880F842905B8B3181F7AF7CAA9F0EFB743847F44A306D2D28C1D9EC65DF6DB"
        "7764B22277A2EDDC3C265A9F018F9CB852E111B768B326904B59A0193776F0949000",
        "7C0A86083ABB9674BCE93C089000",
    ),
    unhex("F5F0E35C0D7161EE6724EE513A0D9A7F"),
    unhex("FE251C7858B356B24514B3BD5F4297D1"),
)

# --- G.2: DH, generic mapping, 1024-bit group with a subgroup of 160 bits, AES-128

G2_GENERATOR = int(
    "7C9CBFE98F9FBDDA8D143506FA7D9306F4CB17E3C71707AFF5E1C1A12370249684D64EE37AF44B8DBD9D45BF6023919C"
    "BAA027AB97ACC771666C8E98FF483301BFA4872DEDE9034EDFACB70814166B7F360676829B826BEA57291B5AD69FBC84"
    "EF1E779032A305803F74341793E869742D401325B37EE8565FFCDEE618342DC5",
    16,
)
G2 = Example(
    Mapping.DH_GM,
    DH_1024,
    KEY_G,
    unhex("FA5B7E3E49753A0DB9178B7B9BD898C8"),
    ("5265030F751F4AD18B08AC565FC7AC952E41618D", "89CCD99B0E8D3B1F11E1296DCA68EC53411CF2CA"),
    "",
    (
        "0022C1A40F800A04007F00070202040102830101",
        "10860000027C0000",
        "10860000867C8183818180"
        "23FB3749EA030D2A25B278D2A562047ADE3F01B74F17A15402CB7352CA7D2B3EB71C343DB13D1DEBCE9A3666DBCFC920"
        "B49174A602CB47965CAA73DC702489A44D41DB914DE9613DC5E98C94160551C0DF86274B9359BC0490D01B03AD54022D"
        "CB4F57FAD6322497D7A1E28D46710F461AFE710FBBBC5F8BA166F4311975EC6C00",
        "10860000867C8183838180"
        "907D89E2D425A178AA81AF4A7774EC8E388C115CAE67031E85EECE520BD911551B9AE4D04369F29A02626C86FBC6747C"
        "C7BC352645B6161A2A42D44EDA80A08FA8D61B76D3A154AD8A5A51786B0BC07147057871A922212C5F67F43173172236"
        "B7747D1671E6D692A3C7D40A0C3C5CE397545D015C175EB5130551EDBC2EE5D400",
        "008600000C7C0A8508B46DD9BD4D98381F00",
    ),
    (
        "9000",
        "7C128010854D8DF5827FA6852D1A4FA701CDDDCA9000",
        "7C8183828180"
        "78879F57225AA8080D52ED0FC890A4B25336F699AA89A2D3A189654AF70729E623EA5738B26381E4DA19E004706FACE7"
        "B235C2DBF2F38748312F3C98C2DD4882A41947B324AA1259AC22579DB93F7085655AF30889DBB845D9E6783FE42C9F24"
        "49400306254C8AE8EE9DD812A804C0B66E8CAFC14F84D8258950A91B44126EE69000",
        "7C8183848180"
        "075693D9AE941877573E634B6E644F8E60AF17A0076B8B123D9201074D36152BD8B3A213F53820C42ADC79AB5D0AEEC3"
        "AEFB91394DA476BD97B9B14D0A65C1FC71A0E019CB08AF55E1F729005FBA7E3FA5DC41899238A250767A6D46DB974064"
        "386CD456743585F8E5D90CC8B4004B1F6D866C79CE0584E49687FF61BC29AEA19000",
        "7C0A8608917F37B5C0E6D8D19000",
    ),
    unhex("2F7F46ADCC9E7E521B45D192FAFA9126"),
    unhex("805A1D27D45A5116F73C54469462B7D8"),
)

# --- H.1: ECDH, integrated mapping, brainpoolP256r1, AES-128

H1_NUMBER = unhex("A2F8FF2DF50E52C6599F386ADCB595D229F6A167ADE2BE5F2C3296ADD5B7430E")
H1_GENERATOR = unhex(
    "048E82D31559ED0FDE92A4D0498ADD3C23BABA94FB77691E31E90AEA77FB17D427"
    "4C1AE14BD0C3DBAC0C871B7F3608169364437CA30AC243A089D3F266C1E60FAD"
)
H1 = Example(
    Mapping.ECDH_IM,
    BRAINPOOL,
    KEY_H,
    unhex("2923BE84E16CD6AE529049F1F1BBE9EB"),
    ("A73FB703AC1436A18E0CFA5ABB3F7BEC7A070E7A6788486BEE230C4A22762595",),
    "5DD4CBFC96F5453B130D890A1CDBAE32",
    (
        "0022C1A40F800A04007F00070202040402830101",
        "10860000027C0000",
        "10860000147C1281105DD4CBFC96F5453B130D890A1CDBAE3200",
        "10860000457C4383410489CBA23FFE96AA18D824627C3E934E54A9FD0B87A95D1471DC1C0ABFDCD640D4"
        "6755DE9B7B778280B6BEBD57439ADFEB0E21FD4ED6DF42578C13418A59B34C3700",
        "008600000C7C0A8508450F02B86F6A090900",
    ),
    (
        "9000",
        "7C128010143DC40C08C8E891FBED7DEDB92B64AD9000",
        "7C0282009000",
        "7C4384410467F78E5F7F7686082B293E8D087E056916D0F74BC01A5F8957D0DE45691E51E8"
        "932B69A962B52A0985AD2C0A271EE6A13A8ADDDCD1A3A994B9DED257F4D227539000",
        "7C0A860875D4D96E8D5B03089000",
    ),
    unhex("0D3FEB33251A6370893D62AE8DAAF51B"),
    unhex("B01E89E3D9E8719E586B50B4A7506E0B"),
)

# --- H.2: DH, integrated mapping, 1024-bit group with a subgroup of 160 bits, AES-128

H2_NUMBER = unhex(
    "A0C7C50C002061A51CC87D254EF38068607417B6EE1B36473CFB800D2D2E5FA2B6980F01105D24FAB22ACD1BFA5C8A4C"
    "093ECDFAFE6D7125D42A843E338603835CF19AFAFF75EFE21DC5F6AA1F9AE46C25087E7368166FB08C1E4627AFED7D93"
    "570417B790FF7F747E57F432B04E1236819E0DFEF5B6E77CA4999925328182D2"
)
H2_GENERATOR = int(
    "1D7D767F11E333BCD6DBAEF40E799E7A926B96973550656FF3C830726D118D61C276CDCC61D475CF03A98E0C0E79CAEB"
    "A5BE25578BD4551D0B10903236F0B0F976852FA78EEA14EA0ACA87D1E91F688FE0DFF897BBE35A472621D343564B262F"
    "34223AE8FC59B664BFEDFA2BFE7516CA5510A6BBB633D517EC25D4E0BBAA16C2",
    16,
)
H2 = Example(
    Mapping.DH_IM,
    DH_1024,
    KEY_H,
    unhex("FA5B7E3E49753A0DB9178B7B9BD898C8"),
    (
        "4BD0E54740F9A028E6A515BFDAF967848C4F5F5FFF65AA0915947FFD1A0DF2FA6981271BC905F3551457B7E03AC3B806"
        "6DE4AA406C1171FB43DD939C4BA16175103BA3DEE16419AA248118F90CC36A3D6F4C373652E0C3CCE7F0F1D0C5425B36"
        "00F0F0D6A67F004C8BBA33F2B4733C7252445C1DFC4F1107203F71D2EFB28161",
    ),
    "B3A6DB3C870C3E99245E0D1C06B747DE",
    (
        "0022C1A40F800A04007F00070202040302830101",
        "10860000027C0000",
        "10860000147C128110B3A6DB3C870C3E99245E0D1C06B747DE00",
        "10860000867C8183838180"
        "0F0CC62945A8029251FB7EF3C094E12EC68E4EF07F27CB9D9CD04C5C4250FAE0E4F8A951557E929AEB48E5C6DD47F2F5"
        "CD7C351A9BD2CD722C07EDE166770F08FFCB370262CF308DD7B07F2E0DA9CAAA1492344C852906919538C98A4BA4187E"
        "76CE9D87832386D319CE2E043C3343AEAE6EDBA1A9894DC5094D22F7FE1351D500",
        "008600000C7C0A850855D61977CBF5307E00",
    ),
    (
        "9000",
        "7C1280109ABB8864CA0FF1551E620D1EF4E135109000",
        "7C0282009000",
        "7C8183848180"
        "928D9A0F9DBA450F13FC859C6F290D1D36E42431138A4378500BEB4E0401854CFF111F71CB6DC1D0335807A11388CC8E"
        "AA87B07907AAD9FBA6B169AF6D8C26AF8DDDC39ADC3AD2E3FF882B84D23E9768E95A80E4746FB07A9767679FE92133B4"
        "D379935C771BD7FBED6C7BB4B1708B275EA75679524CDC9C6A91370CC662A2F39000",
        "7C0A8608C2F04230187E15259000",
    ),
    unhex("01AFC10CF87BE36D8179E87370171F07"),
    unhex("23F0FBD05FD6C7B8B88F4C8309669061"),
)

# --- I.1: ECDH, chip authentication mapping, brainpoolP256r1, AES-128

I1_INFORMATION = "C11T002JM496081222310314"
I1_CARD_SECURITY = unhex(
    "31643062060904007F0007020201023052300C060704007F0007010202010D03420004"
    "1872709494399E7470A6431BE25E83EEE24FEA568C2ED28DB48E05DB3A610DC8"
    "84D256A40E35EFCB59BF6753D3A489D28C7A4D973C2DA138A6E7A4A08F68E16F02010D"
)
I1_PROOF = unhex("85DC3FA93D0952BFA82F5FD189EE75BD82F11D1F0B8ED4BF5319AC9B53C426B3")
I1 = Example(
    Mapping.ECDH_CAM,
    BRAINPOOL,
    pace.password_key(pace.mrz_secret(I1_INFORMATION), CipherKind.AES128),
    unhex("658B860BC94DF6F044FCE6D5C82CF8E5"),
    (
        "5D8BB87BD74D985A4B7D4325B9F7B976FE835122773400798914AA22738135CC",
        "76ECFDAA9841C323A3F5FC5E88B88DB3EFF7E35EBF57A7E6946CB630006C2120",
    ),
    "",
    (
        "0022C1A40F800A04007F00070202040602830101",
        "10860000027C0000",
        "10860000457C438141047F1D410ADB7DDB3B84BF1030800981A9105D7457B4A3ADE002384F3086C67EDE"
        "1AB889104A27DB6D842B019020FBF3CEACB0DC627F7BDCAC29969E19D0E553C100",
        "10860000457C43834104446C934084D9DAB863944F219520076C29EE3F7AE6722B11FF319EC1C7728F95"
        "5483400BFF60BF0C5929270009277DC2A515E12575010AD9BA916CF1BF86FEFC00",
        "008600000C7C0A8508E86BD06018A1CD3B00",
    ),
    (
        "9000",
        "7C128010CB60E8E0D85B76A9BD304747C2AD42E29000",
        "7C43824104A234236AA9B9621E8EFB73B5245C0E09D2576E5277183C1208BDD55280CAE8B3"
        "04F365713A356E65A451E165ECC9AC0AC46E3771342C8FE5AEDD092685338E239000",
        "7C4384410402AD566F3C6EC7F9324509AD50A51FA52030782A4968FCFEDF737DAEA9933331"
        "11C3B9B4C2287789BD137E7F8AA882E2A3C633CCD6ECC2C63C57AD401A09C2E19000",
        "7C3C86088596CF055C67C1A38A301EEA964DAAE372AC990E3EFDE6333353BFC89A6704D9"
        "3DA8798CF77F5B7A54BD10CBA372B42BE0B9B5F28AA8DE2F4F929000",
    ),
    unhex("0A9DA4DB03BDDE39FC5202BC44B2E89E"),
    unhex("4B1C06491ED5140CA2B537D344C6C0B1"),
)
EXAMPLES = {"G.1": G1, "G.2": G2, "H.1": H1, "H.2": H2, "I.1": I1}


def run(example: Example, answers: tuple[str, ...] | None = None) -> tuple[ScriptedTransport, pace.PaceResult]:
    transport = ScriptedTransport([unhex(answer) for answer in answers or example.answers])
    scalars: Iterator[str] = iter(example.scalars)

    def octets(count: int) -> bytes:
        assert count == 16
        return unhex(example.own_nonce)

    draws = pace.Draws(lambda group: int(next(scalars), 16), octets)
    result = pace.run(PlainChannel(transport), example.info, pace.Password.MRZ, example.key, draws=draws)
    return transport, result


@pytest.mark.parametrize("section", EXAMPLES)
def test_the_whole_protocol_runs_byte_for_byte_as_published(section: str) -> None:
    example = EXAMPLES[section]
    transport, result = run(example)
    assert transport.sent == [unhex(command) for command in example.commands]
    keys = result.keys
    assert (keys.enc, keys.mac, keys.ssc) == (example.enc, example.mac, bytes(16))
    assert (result.mapped is not None) is (section == "I.1")


@pytest.mark.parametrize("section", EXAMPLES)
def test_the_password_key_opens_the_nonce_that_is_published(section: str) -> None:
    example = EXAMPLES[section]
    sealed = unhex(example.answers[1])[4:-2]
    assert cbc_decrypt(CipherKind.AES128, example.key, bytes(16), sealed) == example.nonce


def test_g_1_ef_card_access_names_pace_with_its_curve_and_cipher() -> None:
    (info,) = pace_infos(unhex("31143012060A 04007F00070202040202 020102 02010D"))
    assert info == G1.info
    assert pace.usable((info,)) == [info]


def test_g_1_the_key_comes_from_the_mrz() -> None:
    assert pace.mrz_secret(INFORMATION) == unhex("7E2D2A41C74EA0B38CD36F863939BFA8E9032AAD")
    assert derive_key(pace.mrz_secret(INFORMATION), 3, CipherKind.AES128) == KEY_G


def test_g_1_generic_mapping_gives_the_published_generator() -> None:
    curve = curves.BY_PARAMETER_ID[BRAINPOOL]
    meeting = curve.multiply(int(G1_SK_MAP, 16), curve.decode(unhex(G1_PK_MAP_IC)))
    assert curve.encode(meeting) == G1_SHARED
    generator = curve.add(curve.multiply(int.from_bytes(G1.nonce, "big"), curve.g), meeting)
    assert curve.encode(generator) == G1_GENERATOR
    assert curve.encode(curve.multiply(int(G1.scalars[1], 16), generator)) == unhex(G1_PK_IFD)


def test_g_2_generic_mapping_gives_the_published_generator() -> None:
    group = DH_BY_PARAMETER_ID[DH_1024]
    peer = group.decode(unhex(G2.answers[2])[6:-2])
    meeting = group.power(int(G2.scalars[0], 16), peer)
    assert group.combine(group.power(int.from_bytes(G2.nonce, "big"), group.base), meeting) == G2_GENERATOR


@pytest.mark.parametrize(
    ("example", "group", "number", "generator"),
    [
        (H1, EC_BY_PARAMETER_ID[BRAINPOOL], H1_NUMBER, H1_GENERATOR),
        (H2, DH_BY_PARAMETER_ID[DH_1024], H2_NUMBER, G2_GENERATOR and H2_GENERATOR),
    ],
    ids=["H.1", "H.2"],
)
def test_integrated_mapping_gives_the_published_number_and_generator(
    example: Example, group: Any, number: bytes, generator: Any
) -> None:
    bits = group.prime.bit_length()
    found = mapping.pseudo_random(CipherKind.AES128, example.nonce, unhex(example.own_nonce), bits) % group.prime
    assert found.to_bytes(len(number), "big") == number
    mapped = group.from_number(found)
    assert (group.encode(mapped) if isinstance(generator, bytes) else mapped) == generator


def test_i_1_the_proof_fits_the_static_key_and_no_other() -> None:
    _, result = run(I1)
    assert result.mapped is not None
    assert result.mapped.proof == I1_PROOF
    infos = parse(I1_CARD_SECURITY)
    assert (infos.keys[0].key_id, chip_authentication.mapping_proves(result.mapped, infos)) == (13, True)
    forged = pace.MappedKey(result.mapped.group, result.mapped.public, I1_PROOF[:-1] + b"\x00")
    assert not chip_authentication.mapping_proves(forged, infos)


# --- what is not published: refusals and forgeries


@pytest.mark.parametrize("section", EXAMPLES)
def test_a_wrong_password_shows_at_the_token_and_nowhere_else(section: str) -> None:
    example = EXAMPLES[section]
    with pytest.raises(pace.PasswordRefusedError):
        run(example, (*example.answers[:4], "6300"))


@pytest.mark.parametrize("section", EXAMPLES)
def test_a_chip_that_does_not_know_the_password_is_not_believed(section: str) -> None:
    example = EXAMPLES[section]
    token = unhex(example.answers[4])
    place = 2 + 2 + 7
    damaged = token[:place] + bytes((token[place] ^ 1,)) + token[place + 1 :]
    with pytest.raises(DeviceError, match="token is wrong"):
        run(example, (*example.answers[:4], damaged.hex()))


def test_a_refusal_before_the_nonce_is_no_wrong_password() -> None:
    for answers in (("6982",), ("9000", "6982")):
        with pytest.raises(pace.PaceRefusedError):
            run(G1, answers)


@pytest.mark.parametrize("status", ["6983", "63C0"])
def test_a_blocked_password_is_told(status: str) -> None:
    with pytest.raises(DeviceError, match="CRD-BLOCKED"):
        run(G1, (status,))


def test_points_off_the_curve_and_our_own_keys_are_refused() -> None:
    off = bytearray(unhex(G1.answers[2]))
    off[-3] ^= 1
    with pytest.raises(DeviceError, match="not on the curve"):
        run(G1, (*G1.answers[:2], off.hex()))
    ours = unhex(G1.commands[2])[9:-1].hex()
    with pytest.raises(DeviceError, match="our own key"):
        run(G1, (*G1.answers[:2], f"7C438241{ours}9000"))
    with pytest.raises(DeviceError, match="our own key"):
        run(G1, (*G1.answers[:3], f"7C438441{G1_PK_IFD}9000"))


@pytest.mark.parametrize("number", ["00", "01", "02"])
def test_trivial_dh_keys_and_keys_outside_the_subgroup_are_refused(number: str) -> None:
    # 2 is no member of the subgroup of 160 bits.
    with pytest.raises(DeviceError, match="CRD-GARBLED"):
        run(G2, (*G2.answers[:2], f"7C038201{number}9000"))


def test_several_offers_need_their_domain_parameters_named() -> None:
    transport = ScriptedTransport([unhex("6A80")])
    with pytest.raises(pace.PaceRefusedError):
        pace.run(PlainChannel(transport), G1.info, pace.Password.CAN, KEY_G, ambiguous=True)
    assert transport.sent == [unhex("0022C1A412800A04007F0007020204020283010284010D")]


def test_the_best_offer_comes_first_and_what_cannot_be_run_not_at_all() -> None:
    def info(kind: int, cipher: CipherKind, number: int | None) -> PaceInfo:
        return PaceInfo(bytes((kind, cipher.key_bytes)), kind, cipher, number)

    aes, strong, weak = CipherKind.AES128, CipherKind.AES256, CipherKind.TDES
    offers = (
        info(Mapping.DH_GM, strong, 2),
        info(Mapping.ECDH_GM, weak, 12),
        info(Mapping.ECDH_GM, aes, 12),
        info(Mapping.ECDH_GM, strong, 12),
        info(Mapping.ECDH_CAM, aes, 12),
        # P-224 has no point encoding, 19 no curve, 5 no mapping, and an offer may leave its parameters out.
        info(Mapping.ECDH_IM, strong, 10),
        info(Mapping.ECDH_GM, strong, 19),
        info(5, strong, 12),
        info(Mapping.DH_IM, strong, None),
        info(Mapping.ECDH_CAM, weak, 12),
    )
    assert pace.usable(offers) == [offers[4], offers[3], offers[2], offers[0], offers[1]]


# --- the groups themselves


def test_every_standard_curve_has_the_order_it_claims() -> None:
    for curve in curves.CURVES:
        assert curve.contains(curve.g)
        x, y = curve.multiply(curve.n - 1, curve.g)
        assert (x, y) == (curve.g[0], curve.p - curve.g[1]), curve.name
        with pytest.raises(ValueError, match="infinity"):
            curve.multiply(curve.n, curve.g)


def test_the_library_and_our_own_arithmetic_agree_on_every_curve() -> None:
    for curve in curves.CURVES:
        point = curve.multiply(3**40, curve.g)
        for scalar in (1, 2, 3, 7**30, curve.n - 1, curve.n - 2, curve.n - 3):
            product = curve._multiply_here(scalar, point)
            assert curve.multiply(scalar, point) == product, (curve.name, scalar)
            assert curve.shared_x(scalar, point) == product[0].to_bytes(curve.field_bytes, "big")


@pytest.mark.parametrize("number", DH_BY_PARAMETER_ID)
def test_every_standard_dh_group_has_the_subgroup_it_claims(number: int) -> None:
    group = DH_BY_PARAMETER_ID[number]
    assert group.q is not None
    assert ((group.p - 1) % group.q, pow(group.g, group.q, group.p)) == (0, 1)
    for prime in (group.p, group.q):
        assert all(pow(base, prime - 1, prime) == 1 for base in (2, 3, 5, 7, 11))
