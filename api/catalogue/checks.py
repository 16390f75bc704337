"""What must hold between the entries of a catalogue: nothing points into the void, nothing waits in a circle,
every need has an answer that anyone may use, every danger has an open door."""

from collections.abc import Callable, Iterable, Mapping

from api.catalogue.reading import Problem
from api.planning.catalogue import FULL, Catalogue, Service
from api.planning.conditions import Condition, Rule, Truth, judge

# Needs whose every full answer is limited by more than age, because the need itself is (true to life).
LIMITED_NEEDS = {"unemployment_benefit", "childcare", "family_care", "legal_status"}
# Needs that some ages do not have: no full answer is owed to them.
AGES_WITHOUT_NEED = {"later_life_planning": range(19, 40)}
ADULT_AGES = range(19, 80)
ITEMS_OF_STAFF = {"service_status"}

type Graph = dict[str, set[str]]
type Bad = Callable[[str, str, str, str], None]


def check_catalogue(catalogue: Catalogue, file_of: Callable[[str], str]) -> list[Problem]:
    """Return everything that does not fit together.

    Args:
        catalogue: The common catalogue, before a centre's changes.
        file_of: Service id to the file it stands in.
    """
    problems: list[Problem] = []

    def bad(file: str, row: str, field: str, message: str) -> None:
        problems.append(Problem(file, row, field, message))

    _check_words(catalogue, bad)
    for service in catalogue.services.values():
        _check_service(catalogue, service, _in_service(service.id, file_of, bad))
    _check_cycles(catalogue, file_of, bad)
    _check_items(catalogue, file_of, bad)
    _check_coverage(catalogue, file_of, bad)
    _check_combinations(catalogue, bad)
    return problems


def _in_service(service: str, file_of: Callable[[str], str], bad: Bad) -> Callable[[str, str], None]:
    def note(field: str, message: str) -> None:
        bad(file_of(service), service, field, message)

    return note


def _check_words(catalogue: Catalogue, bad: Bad) -> None:
    for need in catalogue.needs:
        own = [i for i in catalogue.indicators.values() if need in i.needs and len(i.needs) < len(catalogue.needs)]
        if not own:
            bad("indicators.yml", "", "needs", f"no indicator of its own for need {need}; add one")
    for stage in catalogue.stages:
        if not any(stage in role.owns for role in catalogue.roles.values()):
            bad("roles.yml", "", "owns", f"nobody owns stage {stage}; give it to a role")
    for role in catalogue.roles:
        if role != "center_manager" and not any(s.role == role for s in catalogue.services.values()):
            bad("roles.yml", role, "", "is accountable for no service; give it one or remove it")
    for indicator in catalogue.indicators:
        if not any(indicator in s.indicators for s in catalogue.services.values()):
            bad("indicators.yml", indicator, "", "is measured by no service; name it in one")
    named: dict[str, set[str | None]] = {
        "documents": {d for s in catalogue.services.values() for d in s.documents},
        "partners": {p for s in catalogue.services.values() for p in (*s.connects, s.partner)},
        "hotlines": {h for s in catalogue.services.values() for h in s.hotlines},
    }
    for kind, used in named.items():
        for one in getattr(catalogue, kind):
            if one not in used:
                bad("items.yml", one, "", "is never used; name it in a service or remove it")


def _check_service(catalogue: Catalogue, service: Service, bad: Callable[[str, str], None]) -> None:
    safety = service.stage == "safety"
    if not service.indicators:
        bad("indicators", "must name at least one indicator, else nobody sees whether it helps")
    if bool(service.risks) != safety:
        bad("risks", "safety services answer risks, and only they do")
    if safety and not service.hotlines:
        bad("hotlines", "a safety service must give a phone number")
    prerequisite = any(set(s.requires_info) & set(service.provides) for s in catalogue.services.values())
    if service.addresses and (safety or service.always):
        bad("addresses", "safety and always services answer no need; leave it {}")
    if not service.addresses and not (safety or service.always or prerequisite):
        bad("addresses", "answers no need and is no prerequisite; name a need")
    if set(service.needs_info) & set(service.provides):
        for item in sorted(set(service.needs_info) & set(service.provides)):
            if not any(item in s.provides for s in catalogue.services.values() if s.id != service.id):
                bad("needs_info", f"asks for {item}, which only it provides")
    for exclusion in service.excludes:
        if exclusion.service in service.requires_services:
            bad("excludes", f"excludes {exclusion.service}, which it requires")
    if (safety or service.always) and (service.excludes_risks or service.only_risks):
        bad("excludes_risks", "safety and always services are not bound to a risk this way")
    for barred in service.excludes_risks:
        helpers = [catalogue.services[s] for s in barred.instead if s in catalogue.services]
        for helper in helpers:
            if any(x.risk == barred.risk for x in helper.excludes_risks):
                bad("excludes_risks", f"instead {helper.id} is itself excluded by {barred.risk}")
        for need, how in service.addresses.items():
            if how == FULL and not any(h.addresses.get(need) == FULL for h in helpers):
                bad("excludes_risks", f"nothing in instead answers {need} fully while {barred.risk} stands")
    if service.stage == "intake" and service.always:
        visit = service.modes.get("visit")
        if visit is None or visit.wait_days != 0:
            bad("modes", "a client at the counter must be taken in on the same day: visit with wait_days 0")
    for outcome in service.outcomes:
        added = [catalogue.services[s] for s in outcome.adds if s in catalogue.services]
        raised = service.risks | service.only_risks | {risk for s in added for risk in s.risks}
        for other in added:
            if other.only_risks and not raised & other.only_risks:
                bad("outcomes", f"{outcome.id} adds {other.id}, but its risk is not raised there")
            if raised & {x.risk for x in other.excludes_risks}:
                bad("outcomes", f"{outcome.id} adds {other.id}, which the risk raised there excludes")


def order_graph(catalogue: Catalogue) -> Graph:
    """Service to the services that must come later by `requires` and `order`."""
    graph: Graph = {service: set() for service in catalogue.services}
    for service in catalogue.services.values():
        for earlier in (*service.requires_services, *service.after):
            graph.setdefault(earlier, set()).add(service.id)
        graph[service.id] |= set(service.before)
    return graph


def hard_graph(catalogue: Catalogue, stage_of: Mapping[str, str]) -> Graph:
    """`order_graph` and the hard stage rules, with each service in the stage given."""
    graph = {service: set(later) for service, later in order_graph(catalogue).items()}
    for rule in catalogue.stage_rules:
        if not rule.hard or rule.relation == "before_or_beside":
            continue
        first, then = _scope(catalogue, rule.first, stage_of), _scope(catalogue, rule.then, stage_of)
        earlier, later = (first, then) if rule.relation == "before" else (then, first)
        for a in earlier:
            graph[a] |= {b for b in later if stage_of[a] != stage_of[b] or (a in rule.first and a != b)}
    return graph


def _scope(catalogue: Catalogue, names: Iterable[str], stage_of: Mapping[str, str]) -> list[str]:
    found: list[str] = []
    for name in names:
        if name == "all":
            found += catalogue.services
        elif name in catalogue.services:
            found.append(name)
        else:
            found += [service for service, stage in stage_of.items() if stage == name]
    return found


def find_cycle(graph: Mapping[str, Iterable[str]]) -> list[str] | None:
    """Return one circle of the graph as a list that starts and ends with the same service, or None."""
    state: dict[str, int] = {}

    def walk(node: str, path: list[str]) -> list[str] | None:
        state[node] = 1
        for later in sorted(graph.get(node, ())):
            if state.get(later) == 1:
                return [*path[path.index(later) :], later]
            if later not in state and (found := walk(later, [*path, later])):
                return found
        state[node] = 2
        return None

    for node in sorted(graph):
        if node not in state and (found := walk(node, [node])):
            return found
    return None


def _check_cycles(catalogue: Catalogue, file_of: Callable[[str], str], bad: Bad) -> None:
    stage_of = {service.id: service.stage for service in catalogue.services.values()}
    moved = {s.id: s.stage_if.stage if s.stage_if else s.stage for s in catalogue.services.values()}
    for service, later in order_graph(catalogue).items():
        for other in sorted(later):
            if service in stage_of and other in stage_of:
                first, then = catalogue.stages.get(stage_of[service]), catalogue.stages.get(stage_of[other])
                if first and then and first.order > then.order:
                    bad(file_of(other), other, "order", f"{service} comes before it, but stands in a later stage")
    hard = hard_graph(catalogue, stage_of)
    everything = {service: set(later) for service, later in hard.items()}
    for rule in catalogue.combinations:
        for before, after in rule.orders:
            everything.setdefault(before, set()).add(after)
    for name, graph in (
        ("requires and order", order_graph(catalogue)),
        ("requires, order and hard stage rules", hard),
        ("the same with every stage_if true", hard_graph(catalogue, moved)),
        ("the same with the orders of every combination", everything),
    ):
        if circle := find_cycle(graph):
            bad(file_of(circle[0]), circle[0], "order", f"waits in a circle ({name}): {' -> '.join(circle)}")
            return


def _check_items(catalogue: Catalogue, file_of: Callable[[str], str], bad: Bad) -> None:
    done: set[str] = set()
    while True:
        held = set(catalogue.facts) | {item for s in done for item in catalogue.services[s].provides}
        new = {
            s.id
            for s in catalogue.services.values()
            if s.id not in done and set(s.requires_services) <= done and set(s.requires_info) <= held
        }
        if not new:
            break
        done |= new
    for service in sorted(catalogue.services.keys() - done):
        bad(file_of(service), service, "requires", "can never be reached: nothing provides what it requires")
    order = {stage: catalogue.stages[stage].order for stage in catalogue.stages}
    for item in catalogue.information.keys() - ITEMS_OF_STAFF:
        makers = [s for s in catalogue.services.values() if item in s.provides]
        takers = [s for s in catalogue.services.values() if item in (*s.needs_info, *s.requires_info)]
        if not makers or not takers:
            bad("items.yml", item, "", f"is never {'used' if makers else 'provided'} by a service")
            continue
        first = min(order.get(s.stage, 0) for s in makers)
        for taker in takers:
            if catalogue.information[item].held_if is None and first > order.get(taker.stage, 99):
                bad(file_of(taker.id), taker.id, "needs_info", f"works with {item}, which only later stages provide")


def _check_coverage(catalogue: Catalogue, file_of: Callable[[str], str], bad: Bad) -> None:
    for need in catalogue.needs:
        who = [s for s in catalogue.services.values() if need in s.addresses and not s.only_risks]
        full = [s for s in who if s.addresses[need] == FULL]
        if len(who) < 2:
            bad("needs.yml", need, "", "is answered by fewer than two services")
        if not any(_is_open(s) for s in who):
            bad("needs.yml", need, "", "has no service without limits; name one that anyone may use")
        if full and all(_limited(s.eligibility) for s in full) != (need in LIMITED_NEEDS):
            bad("needs.yml", need, "", "every full answer has hard limits, or the list of such needs is out of date")
        closed = [
            age
            for age in ADULT_AGES
            if age not in AGES_WITHOUT_NEED.get(need, ())
            and all(judge(s.eligibility, {"age": age}) is Truth.FALSE for s in full)
        ]
        if closed:
            bad("needs.yml", need, "", f"has no full answer at {closed[0]}..{closed[-1]} years")
        for risk in catalogue.risks:
            answers = [
                s
                for s in catalogue.services.values()
                if s.addresses.get(need) == FULL and (not s.only_risks or risk in s.only_risks)
            ]
            if full and all(any(x.risk == risk for x in s.excludes_risks) for s in answers):
                bad("needs.yml", need, "", f"has no full answer while the risk {risk} stands")
    for risk in catalogue.risks:
        doors = [s for s in catalogue.services.values() if risk in s.risks and _is_open(s)]
        numbers = [catalogue.hotlines[h] for s in doors for h in s.hotlines if h in catalogue.hotlines]
        if not any(not number.verify for number in numbers):
            bad("needs.yml", risk, "", "has no open safety service with a verified number")


def _check_combinations(catalogue: Catalogue, bad: Bad) -> None:
    for rule in catalogue.combinations:
        parts = len(rule.needs) + len(rule.risks) + bool(rule.any_needs) + len(rule.facts)
        if parts < 2:
            bad("combinations.yml", rule.id, "when", "a combination needs two or more parts")
        if set(rule.adds) & set(rule.drops):
            bad("combinations.yml", rule.id, "then", "adds and drops the same service")
        tied = any(isinstance(fact, Condition) and fact.fact in {"age", "target_groups"} for fact in rule.facts)
        for name in rule.adds:
            service = catalogue.services.get(name)
            if service is None:
                continue
            if {x.risk for x in service.excludes_risks} & set(rule.risks):
                bad("combinations.yml", rule.id, "then", f"adds {name}, which its own risk excludes")
            if service.only_risks and not service.only_risks & set(rule.risks):
                bad("combinations.yml", rule.id, "then", f"adds {name} without its risk")
            if not tied and any(judge(service.eligibility, {"age": age}) is Truth.FALSE for age in range(19, 65)):
                bad("combinations.yml", rule.id, "then", f"adds {name}, whose age limit it does not name")
        for name, mode in rule.modes:
            if name in catalogue.services and mode not in catalogue.services[name].modes:
                bad("combinations.yml", rule.id, "then", f"{name} has no mode {mode}")


def _is_open(service: Service) -> bool:
    return judge(service.eligibility, {}) is Truth.TRUE


def _limited(rule: Rule) -> bool:
    """Say whether a fact other than age can rule a client out."""
    if isinstance(rule, Condition):
        return rule.fact != "age" and not rule.lenient
    return (any if rule.kind == "all" else all)(_limited(part) for part in rule.parts) if rule.parts else False
