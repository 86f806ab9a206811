// Graphs before and after a pass, as text.
#pragma once
#include <gtest/gtest.h>

#include "graph/passes/pass.h"

namespace tealight::ir {

/// What the constants of a text are that it does not tell, by name: "<Tensor>".
using Constants = std::map<std::string, Value>;

inline std::unique_ptr<Graph> parse_with(const std::string& text, const Constants& constants) {
  auto g = parse_graph(text);
  for (const auto& [name, value] : constants) g->find(name)->node()->set_attribute("value", value);
  verify(*g);
  return g;
}

inline void expect_pass(const char* name, const std::string& before, const std::string& after,
                        const PassContext& context = {}, const Constants& constants = {}) {
  const auto g = parse_with(before, constants);
  const std::string expected = parse_graph(after.empty() ? before : after)->str();
  const bool changed = g->str() != expected;
  const char* const names[] = {name};
  EXPECT_EQ(run_passes(*g, names, context)[0].changed, changed);
  EXPECT_EQ(g->str(), expected);
  EXPECT_FALSE(find_pass(name).run(*g, context)) << "runs a second time:\n" << g->str();
}

inline void expect_unchanged(const char* name, const std::string& text,
                             const PassContext& context = {}, const Constants& constants = {}) {
  expect_pass(name, text, "", context, constants);
}

}  // namespace tealight::ir
