"""tantivy-py with a field for each language: its stop words and stemmer, accents folded last."""
import tantivy

LANGUAGES = {"es": "spanish", "pt": "portuguese", "en": "english"}


def empty_index(path: str | None = None, index_option: str = "position") -> tantivy.Index:
    builder = tantivy.SchemaBuilder().add_text_field("id", stored=True, tokenizer_name="raw")
    for code in LANGUAGES:
        builder = builder.add_text_field(code, tokenizer_name=code, index_option=index_option)
    index = tantivy.Index(builder.build(), path=path)
    for code, name in LANGUAGES.items():
        filters = (tantivy.Filter.lowercase(), tantivy.Filter.stopword(name), tantivy.Filter.stemmer(name), tantivy.Filter.ascii_fold())
        analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        for each in filters:
            analyzer = analyzer.filter(each)
        index.register_tokenizer(code, analyzer.build())
    return index
