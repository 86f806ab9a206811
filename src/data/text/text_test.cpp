// tests/golden/text.txt holds what torchtext and Hugging Face's tokenizers give (text.py).
#include "tealight/data/text.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tealight/data/file_io.h"
#include "tealight/factories.h"

namespace tealight::text {
namespace {

namespace fs = std::filesystem;

std::string unescaped(const std::string& text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      out += text[i];
      continue;
    }
    const char c = text[++i];
    out += c == 't' ? '\t' : c == 'n' ? '\n' : c;
  }
  return out;
}

struct Row {
  std::string kind, text, want;
};
std::vector<Row> golden_rows() {
  std::ifstream in("tests/golden/text.txt");
  std::vector<Row> rows;
  for (std::string line; std::getline(in, line);) {
    std::vector<std::string> cells(1);
    for (char c : line) c == '\t' ? void(cells.emplace_back()) : void(cells.back() += c);
    cells.resize(3);
    rows.push_back({cells[0], unescaped(cells[1]), cells[2]});
  }
  return rows;
}
std::vector<std::string> words(const std::string& line) {
  std::istringstream in(line);
  return {std::istream_iterator<std::string>(in), {}};
}

bool needs_unicode(const std::string& text) {
#if TL_WITH_UTF8PROC
  (void)text;
  return false;
#else
  return std::any_of(text.begin(), text.end(), [](char c) { return c < 0; });
#endif
}

TEST(Text, EqualsTorchtextAndTokenizers) {
  const std::vector<Row> rows = golden_rows();
  ASSERT_GT(rows.size(), 50u);
  ASSERT_EQ(rows[0].kind, "vocabulary");
  const Vocabulary vocabulary(words(rows[0].text));
  const WordPiece uncased(vocabulary), cased(vocabulary, {.lower_case = false});
  for (size_t i = 1; i < rows.size(); ++i) {
    const auto& [kind, text, want] = rows[i];
    if (needs_unicode(text)) continue;
    std::string got;
    const auto add = [&](const std::string& word) { got += (got.empty() ? "" : " ") + word; };
    if (kind == "basic_english")
      for (const std::string& word : basic_english(text)) add(word);
    else
      for (const Token& t : (kind == "cased" ? cased : uncased).tokenize(text))
        add(t.text + "|" + std::to_string(t.begin) + "-" + std::to_string(t.end));
    EXPECT_EQ(got, want) << kind << ": " << text;
  }
}

TEST(Text, VocabularyOrdersByFrequencyThenName) {
  const std::vector<std::vector<std::string>> lines = {{"b", "a", "c", "b"}, {"a", "d", "<unk>"}};
  auto v = Vocabulary::build(lines, {.specials = {"<unk>", "<pad>"}});
  EXPECT_EQ(v.tokens(arange(v.size())),
            (std::vector<std::string>{"<unk>", "<pad>", "a", "b", "c", "d"}));
  EXPECT_THROW(v["z"], Error);
  v.set_default_index(0);
  EXPECT_EQ(v["z"], 0);
  EXPECT_TRUE(v.numbers({"a", "z", "d"}).equal(tensor({2, 0, 5}, kLong)));
  v = Vocabulary::build(lines, {.min_freq = 2, .specials = {"<unk>"}, .special_first = false});
  EXPECT_EQ(v.tokens(arange(v.size())), (std::vector<std::string>{"a", "b", "<unk>"}));
  v = Vocabulary::build(lines, {.specials = {"<unk>"}, .max_tokens = 2});
  EXPECT_EQ(v.tokens(arange(v.size())), (std::vector<std::string>{"<unk>", "a"}));
  EXPECT_THROW(v.token(2), Error);
  EXPECT_THROW(v.append_token("a"), Error);
}

TEST(Text, VocabularyFilesAreLines) {
  const fs::path file = fs::temp_directory_path() / "tealight_vocabulary.txt";
  Vocabulary({"one", "##s", "drei"}).write(file);
  const Vocabulary v = Vocabulary::read(file);
  EXPECT_EQ(v.size(), 3);
  EXPECT_EQ(v["##s"], 1);
  const std::string twice = "a\r\nb\r\na\r\n";
  write_file(file, std::as_bytes(std::span(twice)));
  try {
    Vocabulary::read(file);
    FAIL();
  } catch (const Error& e) {
    EXPECT_NE(std::string(e.what()).find("line 3: "), std::string::npos) << e.what();
  }
  fs::remove(file);
}

const WordPiece& small() {
  static const WordPiece w(
      Vocabulary({"[PAD]", "[UNK]", "[CLS]", "[SEP]", "where", "is", "the", "cat", "##s", "?"}));
  return w;
}

TEST(Text, QuestionAndContextAreOneInput) {
  const Encoding e = small().encode("Where is it?", "The cats", 12);
  EXPECT_TRUE(e.ids.equal(tensor({2, 4, 5, 1, 9, 3, 6, 7, 8, 3, 0, 0}, kLong).unsqueeze(0)));
  EXPECT_TRUE(
      e.token_type_ids.equal(tensor({0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0}, kLong).unsqueeze(0)));
  EXPECT_EQ(e.attention_mask.sum().item<int64_t>(), 10);
  EXPECT_EQ(e.second, 6u);
  EXPECT_EQ(e.tokens[8].begin, 7u);  // the s of "The cats"
  EXPECT_EQ(small().decode(e.ids), "where is [UNK] ? the cats");
  EXPECT_EQ(small().encode("the cat", {}, 3).tokens.size(), 3u);  // cut off
  EXPECT_THROW(small().encode("the", "cat", 2), Error);
  EXPECT_EQ(small().encode("").ids.size(1), 2);
}

TEST(Text, SaysWhatIsWrong) {
  try {
    small().tokenize("ab\xff");
    FAIL();
  } catch (const Error& e) {
    EXPECT_NE(std::string(e.what()).find("byte 2"), std::string::npos) << e.what();
  }
  EXPECT_THROW(WordPiece(Vocabulary({"[PAD]", "[UNK]", "[CLS]"})), Error);
}

}  // namespace
}  // namespace tealight::text
