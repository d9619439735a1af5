use super::field::named_enum;
use crate::language::Language;

named_enum! {
    /// How far a solution has been developed, in order.
    ///
    /// [`Closed`](Self::Closed) is the last in this order, after everything that is in use. A
    /// search for what is [`at_least`](crate::Search::at_least) at some stage is about solutions
    /// that work today, so it does not admit those that are closed; a rule that names `closed`
    /// among its [`stages`](crate::Eligibility::stages) does.
    ///
    /// Words of the three languages are understood; the word that a record came with stays with it
    /// ([`Solution::written`](crate::Solution::written)).
    ///
    /// # Examples
    /// ```
    /// use citymatch::Stage;
    /// assert_eq!("em operação".parse(), Ok(Stage::Implemented));
    /// assert_eq!("Piloto".parse(), Ok(Stage::Pilot));
    /// assert!(Stage::Idea < Stage::Pilot);
    /// ```
    Stage {
        /// A thought; nothing has been made yet.
        Idea = "idea" [
            "ideia", "concept", "concepto", "conceito", "vision", "visao", "fase de idea",
            "idea stage", "ideacion", "ideacao", "ideation", "trl 1", "trl 2", "propuesta", "proposta", "proposal",
        ],
        /// It is worked out on paper.
        Design = "design" [
            "diseno", "disenado", "disenada", "concepcao", "designed", "projeto", "proyecto",
            "en diseno", "em projeto", "planning", "planificacion", "planejamento", "planeamento",
            "desenho", "fase de diseno", "trl 3",
        ],
        /// There is something to look at or try out.
        Prototype = "prototype" [
            "prototipo", "prototipado", "prototyping", "prototipagem", "validated prototype",
            "prototipo validado", "producto minimo viable", "trl 4", "trl 5", "trl 6", "mvp", "validation", "validacion", "validacao",
        ],
        /// It is tried out in a real place.
        Pilot = "pilot" [
            "piloto", "piloted", "en piloto", "em piloto", "pilotaje", "prueba piloto",
            "proyecto piloto", "pilotando", "piloting", "pilotado", "pilotada", "en prueba piloto", "trl 7", "trl 8", "projeto piloto", "pilot project", "implemented as pilot", "test",
            "em teste", "en prueba", "demonstrator", "demostrador", "demonstrador",
        ],
        /// It is in use.
        Implemented = "implemented" [
            "implementado", "implementada", "implementacion", "implementacao", "implementation",
            "em operacao", "en operacion", "in operation", "operating", "operativo", "operacional",
            "operational", "running", "en marcha", "en funcionamiento", "em funcionamento",
            "em execucao", "en ejecucion", "active", "activo", "activa", "ativo", "ativa",
            "on the market", "en el mercado", "no mercado", "market", "mercado", "launched",
            "lanzado", "lancado", "operando", "operativa", "en uso", "em uso", "in use", "trl 9",
            "implantado", "implantada", "deployed",
        ],
        /// It spreads to more places or people.
        Scaling = "scaling" [
            "en escalamiento", "escalamiento", "escalando", "em expansao", "expansao",
            "en expansion", "expansion", "escala", "scale", "scaled", "scaling up", "scale up",
            "growth", "crecimiento", "crescimento", "escalonamento", "em escala", "en escala",
            "escalado", "replicado", "replicated", "replica", "replicacion", "replicacao", "escalada",
        ],
        /// It is over or was given up. Such solutions stay in a catalogue, for what failed is
        /// evidence too.
        Closed = "closed" [
            "cerrado", "cerrada", "encerrado", "encerrada", "finalizado", "finalizada", "terminado",
            "ended", "finished", "concluido", "concluida", "failed", "fracasado", "fracassado",
            "fallido", "fechado", "cancelado", "cancelled", "discontinued", "descontinuado", "ejecutado", "ejecutada", "executado", "executada", "completado",
            "completada", "completed",
        ],
    }
}

impl Stage {
    /// What a language calls it.
    ///
    /// # Examples
    /// ```
    /// use citymatch::{Language, Stage};
    /// assert_eq!(Stage::Scaling.name_in(Language::Spanish), "en expansión");
    /// ```
    #[must_use]
    pub fn name_in(self, language: Language) -> &'static str {
        let (english, spanish, portuguese) = match self {
            Self::Idea => ("idea", "idea", "ideia"),
            Self::Design => ("design", "diseño", "projeto"),
            Self::Prototype => ("prototype", "prototipo", "protótipo"),
            Self::Pilot => ("pilot", "piloto", "piloto"),
            Self::Implemented => ("implemented", "implementada", "implementada"),
            Self::Scaling => ("scaling", "en expansión", "em expansão"),
            Self::Closed => ("closed", "cerrada", "encerrada"),
        };
        language.choose(english, spanish, portuguese)
    }

    /// Whether a solution of this stage has come as far as `least`. What is closed comes last in
    /// the order, but it is over: it has come nowhere but to its end.
    pub(crate) fn has_reached(self, least: Self) -> bool {
        self >= least && (self != Self::Closed || least == Self::Closed)
    }
}
