//! The words by which offices head their columns, in Spanish, Portuguese and English: the one table
//! of them. [`headers`](crate::headers) looks headers up here.
//!
//! The words are normalised as [`normalise_key`](citymatch::record::normalise_key) does it: lower
//! case, without accents, single spaces. A field's own name is understood without being listed. A
//! word is listed only if it hardly ever means something else: `estado` is missing because it is a
//! stage in one file and a part of a country in the next.

use citymatch::record::Kind;

/// A field's path, and the headers that mean it.
pub(crate) struct HeaderWords {
    /// The field, with dots if it is a part of another: `cost.amount`.
    pub(crate) path: &'static str,
    /// The headers, separated by commas.
    words: &'static str,
}

impl HeaderWords {
    /// The headers that mean the field, without its own name.
    pub(crate) fn words(&self) -> impl Iterator<Item = &'static str> {
        self.words.split(", ").filter(|word| !word.is_empty())
    }
}

/// The fields of a kind of record, each with its words. The parts of a nested field are in the
/// order in which an exported table has their columns.
pub(crate) fn header_words(kind: Kind) -> impl Iterator<Item = &'static HeaderWords> {
    let own = match kind {
        Kind::Solution => SOLUTION,
        Kind::Challenge => CHALLENGE,
    };
    SHARED.iter().chain(own)
}

/// The fields that have the same words in both kinds of record.
const SHARED: &[HeaderWords] = &[
    HeaderWords {
        path: "id",
        words: "codigo, code, cod, identificador, identifier, identificacion, identificacao, \
            folio, clave, chave",
    },
    HeaderWords {
        path: "country",
        words: "pais, country code, codigo de pais, codigo do pais, pais de origen, pais de \
            origem, country of origin",
    },
    HeaderWords {
        path: "city",
        words: "ciudad, cidade, municipio, municipality, comuna, localidad, localidade, ciudad \
            de origen, cidade de origem",
    },
    HeaderWords { path: "language", words: "idioma, lengua, lingua, lang" },
    HeaderWords {
        path: "themes",
        words: "tema, temas, theme, tematica, tematicas, topic, topics, categoria, categorias, \
            category, categories, area tematica, areas tematicas, eje tematico, ejes \
            tematicos, eixo tematico, eixos tematicos, etiquetas, tags, palabras clave, \
            palavras chave, keywords",
    },
    HeaderWords {
        path: "sdgs",
        words: "sdg, ods, objetivos de desarrollo sostenible, objetivo de desarrollo \
            sostenible, objetivos de desenvolvimento sustentavel, objetivo de \
            desenvolvimento sustentavel, sustainable development goals, sustainable \
            development goal",
    },
];

/// The fields of solutions whose words differ from those of challenges.
const SOLUTION: &[HeaderWords] = &[
    HeaderWords {
        path: "title",
        words: "titulo, nombre, nome, name, solucion, solucao, solution, nombre de la \
            solucion, nome da solucao, solution name, nombre del proyecto, nome do \
            projeto, project name, titulo del proyecto, titulo do projeto, titulo de la \
            solucion, titulo da solucao, solution title, project title, nombre de la \
            iniciativa, nome da iniciativa",
    },
    HeaderWords {
        path: "summary",
        words: "resumen, resumo, abstract, resumen ejecutivo, resumo executivo, executive \
            summary, sintesis, sintese, descripcion breve, descripcion corta, breve \
            descripcion, descricao breve, descricao curta, breve descricao, short \
            description",
    },
    HeaderWords {
        path: "problem",
        words: "problema, problema que resuelve, problema que resolve, problem addressed, \
            problem solved, problematica, necesidad, necessidade, need",
    },
    HeaderWords {
        path: "description",
        words: "descripcion, descricao, detalle, detalhes, details, descripcion de la \
            solucion, descricao da solucao, solution description, descripcion del \
            proyecto, descricao do projeto, project description",
    },
    HeaderWords {
        path: "impact",
        words: "impacto, impactos, impacts, resultado, resultados, result, results, resultados \
            obtenidos, resultados obtidos",
    },
    HeaderWords {
        path: "organisation",
        words: "organization, organizacion, organizacao, entidad, entidade, institucion, \
            instituicao, institution, empresa, company, nombre de la organizacion, nome da \
            organizacao, organisation name, organization name, proponente, organizacion \
            responsable, organizacao responsavel",
    },
    HeaderWords {
        path: "organisation_type",
        words: "organization type, type of organisation, type of organization, tipo de \
            organizacion, tipo de organizacao, tipo de entidad, tipo de entidade, tipo de \
            institucion, tipo de instituicao",
    },
    HeaderWords {
        path: "stage",
        words: "etapa, estagio, fase, phase, maturity, madurez, maturidade, nivel de madurez, \
            nivel de maturidade, nivel de desarrollo, nivel de desenvolvimento, etapa de \
            desarrollo, estagio de desenvolvimento, development stage, estado del \
            proyecto, estado de avance",
    },
    HeaderWords {
        path: "cost.amount",
        words: "cost, costo, custo, coste, costo total, custo total, coste total, total cost, \
            monto",
    },
    HeaderWords { path: "cost.currency", words: "currency, moneda, moeda, divisa" },
    HeaderWords {
        path: "year",
        words: "ano, ano de inicio, start year, ano de creacion, ano de criacao",
    },
    HeaderWords {
        path: "deployments",
        words: "implementaciones, implementacoes, despliegues, implantacoes",
    },
    HeaderWords {
        path: "requirements",
        words: "requirement, requisito, requisitos, requerimiento, requerimientos, \
            requerimento, requerimentos",
    },
    HeaderWords {
        path: "links",
        words: "link, url, urls, enlace, enlaces, website, web site, site, sitio, sitio web, \
            pagina web, web, vinculo, vinculos",
    },
];

/// The fields of challenges whose words differ from those of solutions.
const CHALLENGE: &[HeaderWords] = &[
    HeaderWords {
        path: "title",
        words: "titulo, nombre, nome, name, reto, desafio, challenge, nombre del reto, nombre \
            del desafio, nome do desafio, challenge name, titulo del reto, titulo del \
            desafio, titulo do desafio, challenge title",
    },
    HeaderWords {
        path: "question",
        words: "pregunta, pergunta, pregunta del reto, pregunta del desafio, pergunta do \
            desafio, challenge question",
    },
    HeaderWords {
        path: "problem",
        words: "problema, problematica, descripcion del problema, descricao do problema, \
            problem description, problem statement, descripcion del reto, descripcion del \
            desafio, descricao do desafio, challenge description",
    },
    HeaderWords {
        path: "outcome",
        words: "outcomes, expected outcome, expected outcomes, expected result, expected \
            results, resultado esperado, resultados esperados, objetivo, objetivos, \
            objective, objectives",
    },
    HeaderWords {
        path: "beneficiaries",
        words: "beneficiarios, beneficiario, poblacion beneficiaria, poblacion objetivo, \
            publico, publico objetivo, publico alvo, populacao beneficiada, target group, \
            target population",
    },
    HeaderWords { path: "context", words: "contexto, antecedentes, background" },
    HeaderWords { path: "eligibility", words: "elegibilidad, elegibilidade" },
    HeaderWords {
        path: "eligibility.countries",
        words: "paises elegibles, paises elegiveis, eligible countries",
    },
    HeaderWords {
        path: "eligibility.languages",
        words: "idiomas elegibles, idiomas elegiveis, eligible languages",
    },
    HeaderWords {
        path: "eligibility.stages",
        words: "etapas elegibles, estagios elegiveis, eligible stages",
    },
    HeaderWords {
        path: "eligibility.organisation_types",
        words: "tipos de organizacion elegibles, tipos de organizacao elegiveis, eligible \
            organisation types",
    },
    HeaderWords {
        path: "eligibility.max_cost.amount",
        words: "costo maximo, custo maximo, coste maximo, maximum cost, presupuesto maximo, \
            orcamento maximo",
    },
    HeaderWords { path: "eligibility.max_cost.currency", words: "" },
    HeaderWords { path: "eligibility.max_age_years", words: "" },
    HeaderWords {
        path: "eligibility.required_themes",
        words: "temas obligatorios, temas obrigatorios, required themes",
    },
    HeaderWords { path: "eligibility.excluded", words: "" },
    HeaderWords { path: "eligibility.excluded_organisations", words: "" },
    HeaderWords { path: "eligibility.unknown", words: "" },
    HeaderWords {
        path: "criteria",
        words: "criterios, criterion, criterios de evaluacion, criterios de avaliacao, \
            evaluation criteria",
    },
    HeaderWords {
        path: "winners",
        words: "ganadores, vencedores, numero de ganadores, numero de vencedores, number of \
            winners",
    },
    HeaderWords {
        path: "deadline",
        words: "fecha limite, fecha de cierre, prazo, prazo final, data limite, data de \
            encerramento, closing date",
    },
];
