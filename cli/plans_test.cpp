#include "testing.h"

namespace tealight::cli {
namespace {

using nlohmann::json;

const std::string kDigits = kDemo + "digits.ptl", kPicture = "rand:1,3,32,32";

TEST(InfoPlan, ListsPartsStepsAndMemory) {
  const Printed p = tealight({"info", kDigits, "--plan", kPicture});
  ASSERT_EQ(p.status, 0) << p.err;
  EXPECT_HAS(p.out, "forward  instructions 0 to ");
  EXPECT_HAS(p.out, "tealight::conv2d");
  EXPECT_HAS(p.out, "Float[1, 10]");
  EXPECT_HAS(p.out, "(no less than ");

  const json j = tealight({"info", kDigits, "--plan", kPicture, "--json"}).json();
  const json& part = j["plan"].at(0);
  EXPECT_EQ(part["begin"], 0);
  EXPECT_EQ(part["ends"], "");
  EXPECT_GT(part["steps"].size(), 3u);
  EXPECT_GE(part["arena_bytes"], part["arena_lower_bound"]);
  EXPECT_EQ(part["steps"].back()["bytes"], 40);
}

TEST(InfoPlan, ExactPlansFuseNothing) {
  const json j =
      tealight({"info", kDigits, "--plan", "--precision", "exact", kPicture, "--json"}).json();
  for (const json& s : j["plan"].at(0)["steps"])
    EXPECT_NE(s["operator"], "tealight::conv2d") << s.dump();
}

TEST(InfoPlan, TellsWhyAPartEnds) {
  const Printed p = tealight({"info", kModels + "yolo.ptl", "--plan", "rand:1,3,64,64"});
  EXPECT_EQ(p.status, 0) << p.err;
  EXPECT_HAS(p.out, "instructions");
  EXPECT_EQ(tealight({"info", kDigits, "--plan"}).status, 2);  // and no example in the file
}

TEST(BenchMemoryPlan, DrawsTheArena) {
  const Printed p = tealight({"bench", kDigits, kPicture, "--memory-plan"});
  ASSERT_EQ(p.status, 0) << p.err;
  EXPECT_HAS(p.out, "scratch, ");
  EXPECT_HAS(p.out, ", steps ");
  EXPECT_HAS(p.out, "no less than ");

  const std::string file = scratch_folder() + "arena.svg";
  ASSERT_EQ(tealight({"bench", kDigits, kPicture, "--memory-plan", file}).status, 0);
  const std::string svg = text_of(file);
  EXPECT_EQ(svg.substr(0, 5), "<svg ");
  EXPECT_HAS(svg, "<title>tealight::");
  EXPECT_HAS(svg, "</svg>");
}

TEST(PlanFlags, ChooseHowModelsRun) {
  const std::string model = kDigits, calls = kDemo + "calls.json";
  for (const char* precision : {"exact", "fp32"})
    EXPECT_EQ(tealight({"run", model, kPicture, "--precision", precision}).status, 0) << precision;
  EXPECT_EQ(tealight({"run", model, kPicture, "--precision", "exactly"}).status, 2);
  EXPECT_EQ(tealight({"bench", model, kPicture, "--runs", "1", "--no-plans"}).status, 0);
  EXPECT_EQ(tealight({"check", model, kPicture, "--no-plans"}).status,
            tealight({"check", model, kPicture}).status);
  EXPECT_EQ(tealight({"replay", model, calls, "--check", "--no-plans"}).status, 0);
  EXPECT_EQ(tealight({"replay", model, calls, "--check", "--precision", "exact"}).status, 0);
}

TEST(ReplayAgainstNoPlans, ComparesBits) {
  const std::string model = kDigits, calls = kDemo + "calls.json";
  const Printed p =
      tealight({"replay", model, calls, "--precision", "exact", "--against-no-plans", "--json"});
  EXPECT_EQ(p.status, 0) << p.out;
  EXPECT_EQ(p.json()["failed"], 0);
  // Folded and fused, its last bits differ.
  const Printed folded = tealight({"replay", model, calls, "--against-no-plans"});
  EXPECT_EQ(folded.status, 1);
  EXPECT_HAS(folded.out, "differ");
  EXPECT_EQ(tealight({"replay", model, calls, "--check", "--against-no-plans"}).status, 2);
}

}  // namespace
}  // namespace tealight::cli
