// Text to numbers and back: vocabularies and tokenizers, as torchtext and BERT have them.
//   auto bert = tealight::text::WordPiece(tealight::text::Vocabulary::read("vocab.txt"));
//   auto input = bert.encode("Where is the cat?", "The cat sat on the mat.");
//   net->forward(input.ids, input.attention_mask);
// Text is UTF-8; what is not raises an Error that names the byte. Built without utf8proc, other
// letters than ASCII's are refused.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tealight/tensor.h"

namespace tealight::text {

/// torchtext.data.utils.get_tokenizer("basic_english"): lower case, punctuation apart, no quotes.
TL_API std::vector<std::string> basic_english(std::string_view line);

struct VocabularyOptions {
  int64_t min_freq = 1;
  std::vector<std::string> specials = {};  // such as "<unk>"
  bool special_first = true;
  std::optional<int64_t> max_tokens = {};  // specials included
};

/// Tokens and their numbers: torchtext.vocab.Vocab.
class TL_API Vocabulary {
 public:
  Vocabulary() = default;
  /// Numbered as given. Raises: Error where a token stands twice.
  explicit Vocabulary(std::vector<std::string> tokens);
  /// torchtext.vocab.build_vocab_from_iterator: the most frequent first, equally frequent ones in
  /// the order of their bytes.
  static Vocabulary build(const std::vector<std::vector<std::string>>& lines,
                          const VocabularyOptions& options = {});
  /// A token a line (BERT's vocab.txt).
  static Vocabulary read(const std::filesystem::path& file);
  void write(const std::filesystem::path& file) const;

  int64_t size() const { return int64_t(tokens_.size()); }
  bool contains(const std::string& token) const { return numbers_.contains(token); }
  /// The token's number, else the default one. Raises: Error where there is neither.
  int64_t operator[](const std::string& token) const;
  /// Raises: Error beyond the end.
  const std::string& token(int64_t number) const;
  /// int64 (tokens.size()).
  Tensor numbers(const std::vector<std::string>& tokens) const;
  std::vector<std::string> tokens(const Tensor& numbers) const;
  void set_default_index(std::optional<int64_t> number) { default_ = number; }
  void append_token(std::string token);

 private:
  std::vector<std::string> tokens_;
  std::unordered_map<std::string, int64_t> numbers_;
  std::optional<int64_t> default_;
};

/// A piece and the bytes [begin, end) of the text that it comes from.
struct Token {
  std::string text;
  size_t begin = 0, end = 0;
};

struct WordPieceOptions {
  bool lower_case = true;  // without accents, too; false: as cased BERT
  std::string unknown = "[UNK]", first = "[CLS]", separator = "[SEP]", padding = "[PAD]";
  size_t most_letters = 100;  // longer words are unknown
};

/// What a network of BERT's kind takes, int64 (1, n), and where each piece comes from.
struct Encoding {
  Tensor ids, token_type_ids, attention_mask;
  std::vector<Token> tokens;  // [CLS], text, [SEP], and where there is a second text, it and [SEP]
  size_t second = 0;          // the place of the second text's first token; 0: there is none
};

/// BERT's tokenizer (Devlin et al. 2018; Wu et al. 2016), numbers as Hugging Face's BertTokenizer
/// gives them.
class TL_API WordPiece {
 public:
  explicit WordPiece(Vocabulary vocabulary, WordPieceOptions options = {});
  std::vector<Token> tokenize(std::string_view text) const;
  /// `length`: shorter ones are padded to it; of longer ones the longer text loses its end.
  Encoding encode(std::string_view text, std::string_view second = {},
                  std::optional<size_t> length = {}) const;
  /// Pieces joined to words, without the marks that encode() adds.
  std::string decode(const Tensor& ids) const;
  const Vocabulary& vocabulary() const { return vocabulary_; }

 private:
  void split_word(const std::vector<Token>& letters, std::vector<Token>& out) const;
  Vocabulary vocabulary_;
  WordPieceOptions options_;
};

}  // namespace tealight::text
