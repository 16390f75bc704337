"""Mistakes a counselor may make while adapting the catalogue: each is found, with its place and what to do."""

import re
import shutil

import pytest

from api.catalogue.files import DATA, FILES, CatalogueError, load_catalogue

RESUME = "services/prepare.yml"


@pytest.fixture
def data(tmp_path):
    shutil.copytree(DATA, tmp_path / "data")
    return tmp_path / "data"


def plant(data, file, old, new):
    path = data / file
    text = path.read_text(encoding="utf-8")
    assert old in text, f"nothing to change in {file}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def problems_of(data):
    with pytest.raises(CatalogueError) as refusal:
        load_catalogue(root=data)
    return str(refusal.value)


PLANTED = [
    (
        RESUME,
        "role: jobsearch_coach",
        "role: coach",
        r"services/prepare\.yml:\d+ job_search_workshop\.role: unknown role 'coach'",
    ),
    (RESUME, "stage: prepare", "stage: preparing", r"job_search_workshop\.stage: unknown stage 'preparing'"),
    (
        RESUME,
        "job_search_strategy: full",
        "job_search: full",
        r"job_search_workshop\.addresses: unknown need 'job_search'",
    ),
    (
        RESUME,
        "job_search_strategy: full",
        "job_search_strategy: fully",
        r"addresses: job_search_strategy: 'fully' must be full or partial",
    ),
    (
        RESUME,
        'chat: "면접을 미리 연습해요"',
        'chat: "면접을 미리 실제처럼 여러 번 되풀이해서 연습해요"',
        r"mock_interview\.chat: has \d+ characters; say it in 25",
    ),
    (
        RESUME,
        'chat: "면접을 미리 연습해요"',
        'chat: "면접 연습"',
        r"mock_interview\.chat: ends in an unknown 해요체 form",
    ),
    (RESUME, '  chat: "면접을 미리 연습해요"\n', "", r"mock_interview\.chat: is missing"),
    (
        RESUME,
        "minutes: 120, wait_days: 5",
        "minutes: 0, wait_days: 5",
        r"job_search_workshop\.modes: 0 must be a whole number, 1 or more",
    ),
    (
        RESUME,
        "minutes: 120, wait_days: 5",
        "minutes: 120, wait_days: -5",
        r"modes: -5 must be a whole number, 0 or more",
    ),
    (
        RESUME,
        "modes: {visit: {minutes: 60",
        "modes: {walk: {minutes: 60",
        r"mock_interview\.modes: unknown mode 'walk'",
    ),
    (RESUME, "provides: [resume]", "provides: [cv]", r"resume_clinic\.provides: unknown information item 'cv'"),
    (
        RESUME,
        "documents: [career_certificate]",
        "documents: [diploma]",
        r"resume_clinic\.documents: unknown document 'diploma'",
    ),
    (
        RESUME,
        "indicators: [self_confidence, application_progress]",
        "indicators: []",
        r"mock_interview\.indicators: must name at least one",
    ),
    (RESUME, "verify:", "verified:", r"job_search_workshop\.verified: unknown key 'verified'"),
    (RESUME, "- id: mock_interview", "- id: resume_clinic", r"resume_clinic\.id: id resume_clinic is used twice"),
    (RESUME, "- id: mock_interview", "- id: Mock-Interview", r"id 'Mock-Interview' must be lower case"),
    (
        RESUME,
        "order: {after: [resume_clinic], before: [job_referral]}",
        "order: {after: [job_referral], before: [job_referral]}",
        r"order: .*(later stage|circle)",
    ),
    (RESUME, 'plain: "어디서', 'plain: "방법" #', r"job_search_workshop\.plain: must be one 해요체 sentence"),
    (
        "services/stabilize_income.yml",
        "value: [15, 69]",
        "value: [69, 15]",
        r"kua_type1\.eligibility: age between needs \[low, high\]",
    ),
    (
        "services/stabilize_income.yml",
        "value: [15, 69]",
        "value: 15",
        r"kua_type1\.eligibility: age between needs a list",
    ),
    (
        "services/stabilize_income.yml",
        "value: [none, low], source",
        "value: [nothing, low], source",
        r"eligibility: unknown value of income_band 'nothing'",
    ),
    (
        "services/stabilize_income.yml",
        "{fact: age, op: between",
        "{fact: birthday, op: between",
        r"eligibility: unknown fact 'birthday'",
    ),
    (
        "services/stabilize_income.yml",
        "{fact: age, op: between",
        "{fact: age, op: has",
        r"eligibility: op 'has' does not fit age",
    ),
    (
        "services/stabilize_income.yml",
        "fits_best: [{need: income_support",
        "fits_best: [{need: debt",
        r"fits_best: debt is not among the needs it addresses",
    ),
    (
        "services/stabilize_health_and_relations.yml",
        "instead: [violence_counseling]",
        "instead: [family_counseling]",
        r"family_counseling\.excludes_risks: instead family_counseling is itself excluded",
    ),
    (
        "services/stabilize_health_and_relations.yml",
        "only_risks: [violence]",
        "only_risks: [flood]",
        r"violence_counseling\.only_risks: unknown risk 'flood'",
    ),
    (
        "services/safety.yml",
        'hotlines: ["129", "119"]',
        "hotlines: []",
        r"survival_relief\.hotlines: a safety service must give a phone number",
    ),
    ("services/safety.yml", "risks: [self_harm]", "risks: []", r"selfharm_crisis\.risks: safety services answer risks"),
    (
        "services/intake.yml",
        "visit: {minutes: 50, wait_days: 0}",
        "visit: {minutes: 50, wait_days: 2}",
        r"intake_counseling\.modes: a client at the counter",
    ),
    (
        "services/intake.yml",
        "provides: [jobseeker_registration]",
        "provides: [need_summary]",
        r"can never be reached: nothing provides",
    ),
    (
        "stages.yml",
        "first: intake_counseling",
        "first: reception",
        r"stages\.yml:\d+ consent_before_record\.first: unknown stage or service 'reception'",
    ),
    (
        "stages.yml",
        "then: all\n    strength: hard",
        "then: all\n    strength: steel",
        r"safety_first\.strength: unknown strength 'steel'",
    ),
    (
        "roles.yml",
        "to: safety_officer",
        "to: nobody",
        r"roles\.yml:\d+ intake_coordinator\.hands_over: unknown role 'nobody'",
    ),
    (
        "indicators.yml",
        "needs: [debt]",
        "needs: [debts]",
        r"indicators\.yml:\d+ debt_plan_agreed\.needs: unknown need 'debts'",
    ),
    (
        "combinations.yml",
        "adds: [money_first_talk]",
        "adds: [money_talk]",
        r"combinations\.yml:\d+ debt_with_unemployment_benefit\.then: unknown service 'money_talk'",
    ),
    (
        "combinations.yml",
        "when: {needs: [debt, unemployment_benefit]}",
        "when: {needs: [debt]}",
        r"debt_with_unemployment_benefit\.when: a combination needs two or more parts",
    ),
    (
        "combinations.yml",
        "{service: mock_interview, prefer: online}",
        "{service: mock_interview, prefer: phone}",
        r"mental_health_with_interview\.then: mock_interview has no mode phone",
    ),
    (
        "combinations.yml",
        "orders: [{first: unemployment_benefit_claim, then: debt_adjustment}]",
        "orders: [{first: debt_adjustment, then: money_first_talk}]",
        r"waits in a circle",
    ),
    ("needs.yml", "  - id: debt\n", "  - id: debts\n", r"unknown need 'debt'"),
    (
        "profile.yml",
        "type: integer\n    unit: 만",
        "type: number\n    unit: 만",
        r"profile\.yml:\d+ age\.type: unknown type 'number'",
    ),
    ("items.yml", "- {id: bankbook", "- {id: passbook", r"unknown document 'bankbook'"),
    (
        "items.yml",
        "- {id: transport_center, label: 교통약자 이동지원센터}",
        "- {id: transport_center, label: 교통약자 이동지원센터}\n  - {id: moon_base, label: 달 기지}",
        r"items\.yml:\d+ moon_base: is never used",
    ),
    ("centers.yml", "lacks: []", "lacks: [teleport]", r"centers\.yml:\d+ demo\.lacks: unknown service 'teleport'"),
    (
        "centers.yml",
        "career_counseling: {visit: 4}",
        "career_counseling: {visit: soon}",
        r"demo\.waits: career_counseling\.visit: 'soon' must be",
    ),
    ("centers.yml", 'mon: ["09:00", "18:00"]', 'monday: ["09:00", "18:00"]', r"demo\.opening: monday: write a weekday"),
    (
        "centers.yml",
        "retention_days: 1095",
        "retention_days: 0",
        r"demo\.retention_days: 0 must be a whole number, 1 or more",
    ),
]


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"), PLANTED, ids=[f"{row[0]}: {row[2][:40]}" for row in PLANTED]
)
def test_a_planted_mistake_is_found_with_its_place_and_what_to_do(data, file, old, new, expected):
    # GIVEN the shipped files with one mistake
    plant(data, file, old, new)
    # WHEN they are loaded / THEN the mistake is told with file, line, entry and field
    assert re.search(expected, problems_of(data)), problems_of(data)


def test_the_line_told_is_the_line_of_the_mistake(data):
    plant(data, RESUME, "role: jobsearch_coach", "role: coach")
    line = next(
        number
        for number, text in enumerate((data / RESUME).read_text(encoding="utf-8").splitlines(), start=1)
        if "role: coach" in text
    )
    assert f"{RESUME}:{line} " in problems_of(data)


def test_all_mistakes_are_told_at_once(data):
    plant(data, RESUME, "role: jobsearch_coach", "role: coach")
    plant(data, "centers.yml", "lacks: []", "lacks: [teleport]")
    assert len(problems_of(data).splitlines()) == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("needs: [debt\n", r"needs\.yml:\d+: .*correct the line"),
        ("needs:\n  - {id: debt, id: debt}\n", r"needs\.yml:2: key 'id' repeated"),
        ("just words\n", r"needs\.yml needs: must hold a list of entries|needs\.yml needs: "),
        ("", r"needs\.yml"),
        ("needs: {debt: 1}\nrisks: []\n", r"needs\.yml needs: must hold a list of entries"),
        ("needs: [debt]\nrisks: []\n", r"'debt' is not an entry with keys"),
    ],
)
def test_a_broken_file_is_told_and_not_thrown(data, text, expected):
    (data / "needs.yml").write_text(text, encoding="utf-8")
    assert re.search(expected, problems_of(data))


def test_a_missing_file_is_told(data):
    (data / "roles.yml").unlink()
    assert "roles.yml: cannot be read" in problems_of(data)


def test_a_file_that_is_no_text_is_told(data):
    (data / "roles.yml").write_bytes(b"\xff\xfe\x00")
    assert "roles.yml: cannot be read" in problems_of(data)


@pytest.mark.parametrize("file", [*FILES, "services/plan.yml"])
@pytest.mark.parametrize("text", ["- 7\n", "needs: 1\nfacts: 1\nrules: 1\n"])
def test_no_file_breaks_the_reader_whatever_it_holds(data, file, text):
    (data / file).write_text(text, encoding="utf-8")
    assert file in problems_of(data)
