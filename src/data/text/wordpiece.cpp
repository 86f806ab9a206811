// BERT's tokenizer: letters are cleaned, words are cut at spaces and punctuation, and each word
// into the longest pieces that the vocabulary has, from its beginning.
#include <algorithm>

#include "data/text/unicode.h"
#include "tealight/data/text.h"
#include "tealight/factories.h"

namespace tealight::text {
namespace {

// One letter of the cleaned text is a Token too: it comes from bytes of the original.
using Letters = std::vector<Token>;

Token as_token(char32_t code, const Letter& from) {
  Token t{{}, from.begin, from.end};
  append_utf8(t.text, code);
  return t;
}

// Words: letters between spaces; punctuation and ideographs stand alone.
std::vector<Letters> words_of(std::string_view text, bool lower_case) {
  std::vector<Letters> words;
  bool inside = false;
  const auto add = [&](char32_t code, const Letter& from, bool alone) {
    if (alone || !inside) words.emplace_back();
    words.back().push_back(as_token(code, from));
    inside = !alone;
  };
  for (const Letter& l : letters_of(text)) {
    if (l.code == 0xfffd || is_control(l.code)) continue;
    if (is_space(l.code)) {
      inside = false;
      continue;
    }
    const bool ideograph = is_ideograph(l.code);
    for (char32_t c : lower_case ? decomposed(l.code) : std::vector<char32_t>{l.code}) {
      if (lower_case && is_mark(c)) continue;
      if (lower_case) c = to_lower(c);
      add(c, l, ideograph || is_punctuation(c));
    }
  }
  return words;
}

std::string joined(const Letters& letters, size_t begin, size_t end) {
  std::string text;
  for (; begin < end; ++begin) text += letters[begin].text;
  return text;
}

int64_t known(const Vocabulary& v, const std::string& special) {
  TL_CHECK(v.contains(special), "WordPiece: the vocabulary has no ", special,
           "\n  fix: name the special tokens that it has in WordPieceOptions");
  return v[special];
}

}  // namespace

WordPiece::WordPiece(Vocabulary vocabulary, WordPieceOptions options)
    : vocabulary_(std::move(vocabulary)), options_(std::move(options)) {
  for (const auto& s : {options_.unknown, options_.first, options_.separator, options_.padding})
    known(vocabulary_, s);
}

void WordPiece::split_word(const Letters& letters, std::vector<Token>& out) const {
  const size_t before = out.size(), n = letters.size();
  for (size_t begin = 0, end; begin < n && n <= options_.most_letters; begin = end) {
    std::string piece;
    for (end = n; end > begin; --end) {
      piece = (begin ? "##" : "") + joined(letters, begin, end);
      if (vocabulary_.contains(piece)) break;
    }
    if (end == begin) break;
    out.push_back({piece, letters[begin].begin, letters[end - 1].end});
    if (end == n) return;
  }
  out.resize(before);
  out.push_back({options_.unknown, letters.front().begin, letters.back().end});
}

std::vector<Token> WordPiece::tokenize(std::string_view text) const {
  std::vector<Token> tokens;
  for (const Letters& word : words_of(text, options_.lower_case)) split_word(word, tokens);
  return tokens;
}

Encoding WordPiece::encode(std::string_view text, std::string_view second,
                           std::optional<size_t> length) const {
  std::vector<Token> a = tokenize(text), b = tokenize(second);
  const size_t marks = second.empty() ? 2 : 3;
  TL_CHECK(!length || *length >= marks, "WordPiece: a length of ", length.value_or(0),
           " has no room for ", options_.first, " and ", options_.separator);
  while (length && a.size() + b.size() + marks > *length) (a.size() > b.size() ? a : b).pop_back();

  Encoding e;
  e.tokens.push_back({options_.first});
  e.tokens.insert(e.tokens.end(), a.begin(), a.end());
  e.tokens.push_back({options_.separator});
  std::vector<int64_t> types(e.tokens.size(), 0);
  if (!second.empty()) {
    e.second = e.tokens.size();
    e.tokens.insert(e.tokens.end(), b.begin(), b.end());
    e.tokens.push_back({options_.separator});
    types.resize(e.tokens.size(), 1);
  }
  std::vector<int64_t> ids, mask(e.tokens.size(), 1);
  for (const Token& t : e.tokens) ids.push_back(vocabulary_[t.text]);
  if (length) {
    ids.resize(*length, vocabulary_[options_.padding]);
    types.resize(*length, 0);
    mask.resize(*length, 0);
  }
  e.ids = tensor(ids).unsqueeze(0);
  e.token_type_ids = tensor(types).unsqueeze(0);
  e.attention_mask = tensor(mask).unsqueeze(0);
  return e;
}

std::string WordPiece::decode(const Tensor& ids) const {
  std::string text;
  for (const std::string& t : vocabulary_.tokens(ids)) {
    if (t == options_.first || t == options_.separator || t == options_.padding) continue;
    if (t.starts_with("##"))
      text += t.substr(2);
    else
      text += (text.empty() ? "" : " ") + t;
  }
  return text;
}

}  // namespace tealight::text
