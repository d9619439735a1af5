//! The headers by which offices call our fields, in Spanish, Portuguese and English.
//!
//! The names here are plain: lower case, without accents, words joined by single spaces. A field's
//! own name need not be listed. A header stands here only where it hardly ever means something
//! else: `estado` is a stage in one file and a part of a country in the next.

use citymatch::record::Kind;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A field's path, and its headers with commas between.
type Row = (&'static str, &'static str);

fn names(row: &Row) -> impl Iterator<Item = &'static str> {
    row.1.split(", ").filter(|name| !name.is_empty())
}

const SHARED: &[Row] = &[
    (
        "id",
        "codigo, code, cod, identificador, identifier, identificacion, identificacao, folio, clave, chave",
    ),
    (
        "country",
        "pais, country code, codigo de pais, codigo do pais, pais de origen, pais de origem, country of origin",
    ),
    (
        "city",
        "ciudad, cidade, municipio, municipality, comuna, localidad, localidade, ciudad de origen, cidade de origem",
    ),
    ("language", "idioma, lengua, lingua, lang"),
    (
        "themes",
        "tema, temas, theme, tematica, tematicas, topic, topics, categoria, categorias, category, categories, area tematica, \
         areas tematicas, eje tematico, ejes tematicos, eixo tematico, eixos tematicos, etiquetas, tags, palabras clave, \
         palavras chave, keywords",
    ),
    (
        "sdgs",
        "sdg, ods, objetivos de desarrollo sostenible, objetivo de desarrollo sostenible, objetivos de desenvolvimento sustentavel, \
         objetivo de desenvolvimento sustentavel, sustainable development goals, sustainable development goal",
    ),
];

const SOLUTION: &[Row] = &[
    (
        "title",
        "titulo, nombre, nome, name, solucion, solucao, solution, nombre de la solucion, nome da solucao, solution name, \
         nombre del proyecto, nome do projeto, project name, titulo del proyecto, titulo do projeto, titulo de la solucion, \
         titulo da solucao, solution title, project title, nombre de la iniciativa, nome da iniciativa",
    ),
    (
        "summary",
        "resumen, resumo, abstract, resumen ejecutivo, resumo executivo, executive summary, sintesis, sintese, descripcion breve, \
         descripcion corta, breve descripcion, descricao breve, descricao curta, breve descricao, short description",
    ),
    (
        "problem",
        "problema, problema que resuelve, problema que resolve, problem addressed, problem solved, problematica, necesidad, \
         necessidade, need",
    ),
    (
        "description",
        "descripcion, descricao, detalle, detalhes, details, descripcion de la solucion, descricao da solucao, solution description, \
         descripcion del proyecto, descricao do projeto, project description",
    ),
    (
        "impact",
        "impacto, impactos, impacts, resultado, resultados, result, results, resultados obtenidos, resultados obtidos",
    ),
    (
        "organisation",
        "organization, organizacion, organizacao, entidad, entidade, institucion, instituicao, institution, empresa, company, \
         nombre de la organizacion, nome da organizacao, organisation name, organization name, proponente, organizacion responsable, \
         organizacao responsavel",
    ),
    (
        "organisation_type",
        "organization type, type of organisation, type of organization, tipo de organizacion, tipo de organizacao, tipo de entidad, \
         tipo de entidade, tipo de institucion, tipo de instituicao",
    ),
    (
        "stage",
        "etapa, estagio, fase, phase, maturity, madurez, maturidade, nivel de madurez, nivel de maturidade, nivel de desarrollo, \
         nivel de desenvolvimento, etapa de desarrollo, estagio de desenvolvimento, development stage, estado del proyecto, \
         estado de avance",
    ),
    (
        "cost.amount",
        "cost, costo, custo, coste, costo total, custo total, coste total, total cost, monto",
    ),
    ("cost.currency", "currency, moneda, moeda, divisa"),
    ("year", "ano, ano de inicio, start year, ano de creacion, ano de criacao"),
    ("deployments", "implementaciones, implementacoes, despliegues, implantacoes"),
    (
        "requirements",
        "requirement, requisito, requisitos, requerimiento, requerimientos, requerimento, requerimentos",
    ),
    (
        "links",
        "link, url, urls, enlace, enlaces, website, web site, site, sitio, sitio web, pagina web, web, vinculo, vinculos",
    ),
];

const CHALLENGE: &[Row] = &[
    (
        "title",
        "titulo, nombre, nome, name, reto, desafio, challenge, nombre del reto, nombre del desafio, nome do desafio, challenge name, \
         titulo del reto, titulo del desafio, titulo do desafio, challenge title",
    ),
    (
        "question",
        "pregunta, pergunta, pregunta del reto, pregunta del desafio, pergunta do desafio, challenge question",
    ),
    (
        "problem",
        "problema, problematica, descripcion del problema, descricao do problema, problem description, problem statement, \
         descripcion del reto, descripcion del desafio, descricao do desafio, challenge description",
    ),
    (
        "outcome",
        "outcomes, expected outcome, expected outcomes, expected result, expected results, resultado esperado, resultados esperados, \
         objetivo, objetivos, objective, objectives",
    ),
    (
        "beneficiaries",
        "beneficiarios, beneficiario, poblacion beneficiaria, poblacion objetivo, publico, publico objetivo, publico alvo, \
         populacao beneficiada, target group, target population",
    ),
    ("context", "contexto, antecedentes, background"),
    ("eligibility", "elegibilidad, elegibilidade"),
    ("eligibility.countries", "paises elegibles, paises elegiveis, eligible countries"),
    ("eligibility.languages", "idiomas elegibles, idiomas elegiveis, eligible languages"),
    ("eligibility.stages", "etapas elegibles, estagios elegiveis, eligible stages"),
    (
        "eligibility.organisation_types",
        "tipos de organizacion elegibles, tipos de organizacao elegiveis, eligible organisation types",
    ),
    (
        "eligibility.max_cost.amount",
        "costo maximo, custo maximo, coste maximo, maximum cost, presupuesto maximo, orcamento maximo",
    ),
    ("eligibility.max_cost.currency", ""),
    ("eligibility.max_age_years", ""),
    ("eligibility.required_themes", "temas obligatorios, temas obrigatorios, required themes"),
    ("eligibility.excluded", ""),
    ("eligibility.excluded_organisations", ""),
    ("eligibility.unknown", ""),
    (
        "criteria",
        "criterios, criterion, criterios de evaluacion, criterios de avaliacao, evaluation criteria",
    ),
    (
        "winners",
        "ganadores, vencedores, numero de ganadores, numero de vencedores, number of winners",
    ),
    (
        "deadline",
        "fecha limite, fecha de cierre, prazo, prazo final, data limite, data de encerramento, closing date",
    ),
];

fn rows(kind: Kind) -> impl Iterator<Item = &'static Row> {
    let own = match kind {
        Kind::Solution => SOLUTION,
        Kind::Challenge => CHALLENGE,
    };
    SHARED.iter().chain(own)
}

/// The path of the field that a header names, whatever its case and accents.
pub(crate) fn field(kind: Kind, header: &str) -> Option<&'static str> {
    let header = plain(header);
    rows(kind)
        .find(|row| names(row).any(|name| name == header) || plain(row.0) == header)
        .map(|(path, _)| *path)
}

/// The columns that a field has in a file: its own, or those of its parts.
pub(crate) fn columns(kind: Kind, field: &'static str) -> Vec<&'static str> {
    let inside = |path: &str| path.strip_prefix(field).is_some_and(|rest| rest.starts_with('.'));
    let parts: Vec<_> = rows(kind).map(|(path, _)| *path).filter(|path| inside(path)).collect();
    if parts.is_empty() { vec![field] } else { parts }
}

/// Lower case, without accents, words joined by single spaces.
pub(crate) fn plain(header: &str) -> String {
    let bare: String = header
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect();
    bare.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use citymatch::{Challenge, Record, Solution};

    #[test]
    fn every_header_is_plain_and_means_one_field() {
        for kind in [Kind::Solution, Kind::Challenge] {
            let mut seen: Vec<(String, &str)> = Vec::new();
            for row @ (path, _) in rows(kind) {
                for name in [plain(path)].into_iter().chain(names(row).map(str::to_owned)) {
                    assert_eq!(plain(&name), name, "{kind} {path}");
                    let other = seen.iter().find(|(known, _)| *known == name);
                    assert_eq!(other, None, "{kind}: `{name}` of {path}");
                    seen.push((name, path));
                }
            }
            assert!(seen.len() > 80);
        }
    }

    #[test]
    fn every_path_belongs_to_a_field_of_the_kind_and_every_field_has_a_row() {
        for (kind, fields) in
            [(Kind::Solution, Solution::FIELDS), (Kind::Challenge, Challenge::FIELDS)]
        {
            for (path, _) in rows(kind) {
                assert!(fields.contains(&path.split('.').next().unwrap()), "{kind}: {path}");
            }
            for known in fields {
                assert!(
                    rows(kind).any(|(path, _)| path.split('.').next() == Some(known)),
                    "{kind}: {known}"
                );
            }
        }
    }

    #[test]
    fn headers_in_three_languages() {
        for (name, kind, header, path) in [
            ("accents", Kind::Solution, "Título", Some("title")),
            ("capitals", Kind::Solution, "DESCRIÇÃO", Some("description")),
            ("decomposed", Kind::Solution, "Organizacio\u{301}n", Some("organisation")),
            ("long", Kind::Solution, "Tipo de organización *", Some("organisation_type")),
            ("underscores", Kind::Solution, "organisation_type", Some("organisation_type")),
            ("american", Kind::Solution, "Organization type", Some("organisation_type")),
            ("goals", Kind::Solution, "Objetivos de Desarrollo Sostenible", Some("sdgs")),
            ("cost", Kind::Solution, "Costo", Some("cost.amount")),
            ("currency", Kind::Solution, "moeda", Some("cost.currency")),
            ("year", Kind::Solution, "Año", Some("year")),
            ("question", Kind::Challenge, "Pergunta", Some("question")),
            ("deadline", Kind::Challenge, "Fecha límite", Some("deadline")),
            (
                "spelled_out",
                Kind::Challenge,
                "Eligibility.Max Cost.Amount",
                Some("eligibility.max_cost.amount"),
            ),
            ("of_the_other_kind", Kind::Challenge, "Etapa", None),
            ("unclear", Kind::Solution, "Estado", None),
            ("unknown", Kind::Solution, "Teléfono", None),
            ("empty", Kind::Solution, "", None),
        ] {
            assert_eq!(field(kind, header), path, "{name}");
        }
    }
}
