#include <algorithm>
#include <map>
#include <span>

#include "tealight/data/file_io.h"
#include "tealight/data/text.h"
#include "tealight/factories.h"

namespace tealight::text {

Vocabulary::Vocabulary(std::vector<std::string> tokens) {
  tokens_.reserve(tokens.size());
  for (std::string& t : tokens) append_token(std::move(t));
}

void Vocabulary::append_token(std::string token) {
  const auto [place, added] = numbers_.emplace(token, size());
  TL_CHECK(added, "Vocabulary: the token '", token, "' has the number ", place->second, " already");
  tokens_.push_back(std::move(token));
}

Vocabulary Vocabulary::build(const std::vector<std::vector<std::string>>& lines,
                             const VocabularyOptions& o) {
  TL_CHECK(o.min_freq >= 1, "Vocabulary: min_freq must be at least 1");
  const int64_t room = o.max_tokens.value_or(INT64_MAX) - int64_t(o.specials.size());
  TL_CHECK(room >= 0, "Vocabulary: max_tokens leaves no room for the ", o.specials.size(),
           " specials");
  std::map<std::string, int64_t> counts;
  for (const auto& line : lines)
    for (const std::string& token : line) ++counts[token];
  for (const std::string& special : o.specials) counts.erase(special);
  std::vector<std::pair<std::string, int64_t>> order;
  for (const auto& entry : counts)
    if (entry.second >= o.min_freq) order.push_back(entry);
  std::stable_sort(order.begin(), order.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  if (int64_t(order.size()) > room) order.resize(size_t(room));
  std::vector<std::string> tokens;
  for (const auto& entry : order) tokens.push_back(entry.first);
  tokens.insert(o.special_first ? tokens.begin() : tokens.end(), o.specials.begin(),
                o.specials.end());
  return Vocabulary(std::move(tokens));
}

Vocabulary Vocabulary::read(const std::filesystem::path& file) {
  const auto bytes = read_file(file);
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  Vocabulary v;
  try {
    while (!text.empty()) {
      const size_t end = std::min(text.find('\n'), text.size());
      std::string_view line = text.substr(0, end);
      if (line.ends_with('\r')) line.remove_suffix(1);
      v.append_token(std::string(line));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  } catch (const Error& e) {
    throw Error(file.string() + ", line " + std::to_string(v.size() + 1) + ": " + e.what());
  }
  return v;
}

void Vocabulary::write(const std::filesystem::path& file) const {
  std::string text;
  for (const std::string& token : tokens_) {
    TL_CHECK(token.find('\n') == std::string::npos,
             "Vocabulary: a token with a line end cannot be written as a line");
    text += token + "\n";
  }
  write_file(file, std::as_bytes(std::span(text)));
}

int64_t Vocabulary::operator[](const std::string& token) const {
  const auto found = numbers_.find(token);
  if (found != numbers_.end()) return found->second;
  TL_CHECK(default_.has_value(), "Token ", token,
           " not found and default index is not set\n  fix: set_default_index(), usually to the "
           "number of a special token such as <unk>");
  return *default_;
}

const std::string& Vocabulary::token(int64_t number) const {
  TL_CHECK(number >= 0 && number < size(), "Vocabulary: number ", number, " of ", size());
  return tokens_[size_t(number)];
}

Tensor Vocabulary::numbers(const std::vector<std::string>& tokens) const {
  std::vector<int64_t> numbers;
  for (const std::string& t : tokens) numbers.push_back((*this)[t]);
  return tensor(numbers);
}

std::vector<std::string> Vocabulary::tokens(const Tensor& numbers) const {
  const Tensor all = numbers.to(kLong).contiguous().view({-1});
  std::vector<std::string> tokens;
  for (int64_t i = 0; i < all.size(0); ++i) tokens.push_back(token(all.data_ptr<int64_t>()[i]));
  return tokens;
}

}  // namespace tealight::text
