"""`suggest_goals`: the Sustainable Development Goals that a record speaks of, as suggestions."""

import json

import citymatch as cm
import pytest

WATER = "How might every household get safe drinking water at a price it can pay?"
# What the United Nations say of each goal, in three languages.
GOALS = {
    1: ("End poverty in all its forms everywhere", "Poner fin a la pobreza en todas sus formas y en todo el mundo", "Acabar com a pobreza em todas as suas formas, em todos os lugares"),
    2: ("End hunger, achieve food security and improved nutrition and promote sustainable agriculture", "Poner fin al hambre, lograr la seguridad alimentaria y la mejora de la nutrición y promover la agricultura sostenible", "Acabar com a fome, alcançar a segurança alimentar e melhoria da nutrição e promover a agricultura sustentável"),
    3: ("Ensure healthy lives and promote well-being for all at all ages", "Garantizar una vida sana y promover el bienestar de todos a todas las edades", "Assegurar uma vida saudável e promover o bem-estar para todos, em todas as idades"),
    4: ("Ensure inclusive and equitable quality education and promote lifelong learning opportunities for all", "Garantizar una educación inclusiva y equitativa de calidad y promover oportunidades de aprendizaje permanente para todos", "Assegurar a educação inclusiva e equitativa de qualidade, e promover oportunidades de aprendizagem ao longo da vida para todos"),
    5: ("Achieve gender equality and empower all women and girls", "Lograr la igualdad de género y empoderar a todas las mujeres y las niñas", "Alcançar a igualdade de gênero e empoderar todas as mulheres e meninas"),
    6: ("Ensure availability and sustainable management of water and sanitation for all", "Garantizar la disponibilidad y la gestión sostenible del agua y el saneamiento para todos", "Assegurar a disponibilidade e gestão sustentável da água e saneamento para todos"),
    7: ("Ensure access to affordable, reliable, sustainable and modern energy for all", "Garantizar el acceso a una energía asequible, fiable, sostenible y moderna para todos", "Assegurar o acesso confiável, sustentável, moderno e a preço acessível à energia para todos"),
    8: ("Promote sustained, inclusive and sustainable economic growth, full and productive employment and decent work for all", "Promover el crecimiento económico sostenido, inclusivo y sostenible, el empleo pleno y productivo y el trabajo decente para todos", "Promover o crescimento econômico sustentado, inclusivo e sustentável, emprego pleno e produtivo e trabalho decente para todos"),
    9: ("Build resilient infrastructure, promote inclusive and sustainable industrialization and foster innovation", "Construir infraestructuras resilientes, promover la industrialización inclusiva y sostenible y fomentar la innovación", "Construir infraestruturas resilientes, promover a industrialização inclusiva e sustentável e fomentar a inovação"),
    10: ("Reduce inequality within and among countries", "Reducir la desigualdad en los países y entre ellos", "Reduzir a desigualdade dentro dos países e entre eles"),
    11: ("Make cities and human settlements inclusive, safe, resilient and sustainable", "Lograr que las ciudades y los asentamientos humanos sean inclusivos, seguros, resilientes y sostenibles", "Tornar as cidades e os assentamentos humanos inclusivos, seguros, resilientes e sustentáveis"),
    12: ("Ensure sustainable consumption and production patterns", "Garantizar modalidades de consumo y producción sostenibles", "Assegurar padrões de produção e de consumo sustentáveis"),
    13: ("Take urgent action to combat climate change and its impacts", "Adoptar medidas urgentes para combatir el cambio climático y sus efectos", "Tomar medidas urgentes para combater a mudança do clima e seus impactos"),
    14: ("Conserve and sustainably use the oceans, seas and marine resources for sustainable development", "Conservar y utilizar sosteniblemente los océanos, los mares y los recursos marinos para el desarrollo sostenible", "Conservar e usar sustentavelmente os oceanos, os mares e os recursos marinhos para o desenvolvimento sustentável"),
    15: ("Protect, restore and promote sustainable use of terrestrial ecosystems, and halt biodiversity loss", "Proteger los ecosistemas terrestres, gestionar los bosques y detener la pérdida de biodiversidad", "Proteger os ecossistemas terrestres, gerir as florestas e deter a perda de biodiversidade"),
    16: ("Promote peaceful and inclusive societies, access to justice for all and accountable institutions", "Promover sociedades pacíficas e inclusivas, el acceso a la justicia e instituciones eficaces", "Promover sociedades pacíficas e inclusivas, o acesso à justiça e instituições eficazes"),
    17: ("Strengthen the means of implementation and revitalize the Global Partnership for Sustainable Development", "Fortalecer los medios de implementación y revitalizar la Alianza Mundial para el Desarrollo Sostenible", "Fortalecer os meios de implementação e revitalizar a parceria global para o desenvolvimento sustentável"),
}


@pytest.mark.parametrize("goal", GOALS)
def test_what_a_goal_says_gives_that_goal_first(goal: int) -> None:
    for text in GOALS[goal]:
        assert cm.suggest_goals(text)[0].goal == goal, text


@pytest.mark.parametrize(
    "record",
    [
        WATER,
        cm.Challenge("c1", question=WATER),
        cm.Solution("s1", WATER),
        {"question": WATER},
        {"id": "s1", "summary": WATER},
        {"id": "s1", "description": WATER, "sdgs": [5]},
    ],
)
def test_a_record_of_either_kind_or_its_fields_or_a_text(record: object) -> None:
    found = cm.suggest_goals(record)  # type: ignore[arg-type]
    assert (found[0].goal, found[0].target, found[0].sentence) == (6, "6.1", WATER)
    assert found[0].name == "Clean water and sanitation"
    assert found[0].official_text.startswith("By 2030, achieve universal and equitable access to safe")
    assert 5 not in [own.goal for own in found]


def test_nothing_is_written_into_the_record() -> None:
    record = cm.Challenge("c1", question=WATER)
    before = record.to_dict()
    assert cm.suggest_goals(record)
    assert record.to_dict() == before and record.sdgs == []


@pytest.mark.parametrize(
    "text",
    ["The quarterback threw two touchdown passes before half time.", "de la que y el en", "?!"],
)
def test_a_text_about_something_else_gives_none(text: str) -> None:
    assert cm.suggest_goals(text) == []


def test_it_is_labelled_a_suggestion() -> None:
    found = cm.suggest_goals(WATER)[0]
    assert repr(found).startswith("<suggestion: goal 6, Clean water and sanitation (0.")
    assert json.loads(json.dumps(found.to_dict()))["kind"] == "suggestion"
    assert isinstance(found, cm.GoalSuggestion)


def test_the_options() -> None:
    every = cm.suggest_goals(WATER, least_score=0)
    assert sorted(own.goal for own in every) == list(range(1, 18))
    assert [own.score for own in every] == sorted((own.score for own in every), reverse=True)
    usual = cm.suggest_goals(WATER)
    assert every[: len(usual)] == usual and all(own.score >= 0.5 for own in usual)
    assert cm.suggest_goals(WATER, limit=1) == usual[:1]
    spanish = cm.suggest_goals(GOALS[6][0], official_language="es")[0]
    assert (spanish.goal, spanish.language, spanish.name) == (6, "es", "Agua limpia y saneamiento")
    assert cm.suggest_goals("agua", language="pt")[0].language == "pt"


@pytest.mark.parametrize(
    ("record", "options", "error", "named"),
    [
        ("", {}, cm.InvalidDataError, "question"),
        (7, {}, cm.InvalidDataError, "challenge"),
        ({"summary": WATER, "stage": "someday"}, {}, cm.InvalidDataError, "stage"),
        (WATER, {"limit": 0}, cm.InvalidOptionError, "limit"),
        (WATER, {"least_score": 1.5}, cm.InvalidOptionError, "least_score"),
        (WATER, {"least_score": float("nan")}, cm.InvalidOptionError, "least_score"),
        (WATER, {"language": "fr"}, cm.InvalidOptionError, "language"),
        (WATER, {"official_language": "fr"}, cm.InvalidOptionError, "language"),
        (cm.Solution("s1", WATER), {"language": "en"}, cm.InvalidOptionError, "language"),
    ],
)
def test_wrong_input_says_what_and_what_was_expected(
    record: object, options: dict[str, object], error: type[Exception], named: str
) -> None:
    with pytest.raises(error, match=named):
        cm.suggest_goals(record, **options)  # type: ignore[arg-type]


def test_the_same_record_gives_the_same_suggestions() -> None:
    assert cm.suggest_goals(WATER) == cm.suggest_goals(cm.Challenge("other", question=WATER))
