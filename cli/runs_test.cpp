#include "runs.h"

#include "testing.h"

namespace tealight::cli {
namespace {

void write(const std::string& path, const std::string& text) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path) << text;
}

// Two trainings that differ in their rate; the second was killed within a line.
std::string two_runs() {
  const std::string folder = scratch_folder();
  write(folder + "a/run.json", R"({"name":"a","started":"2025-01-01T10:00:00","seed":1,
    "config":{"lr":0.1,"net":"mlp"},"machine":{"processor":"P"}})");
  write(folder + "a/metrics.jsonl",
        "{\"step\":1,\"time\":5,\"accuracy\":0.5,\"loss\":2}\n"
        "{\"step\":2,\"time\":6,\"accuracy\":0.75,\"loss\":null}\n");
  write(folder + "deep/b/run.json", R"({"name":"b","started":"2025-01-02T10:00:00","seed":2,
    "config":{"lr":0.01,"net":"mlp"},"machine":{}})");
  write(folder + "deep/b/metrics.jsonl",
        "{\"step\":1,\"accuracy\":0.25}\n{\"step\":1,\"accuracy\":0.3}\n{\"step\":2,\"accu");
  return folder;
}

TEST(Runs, TabulatesWhatDiffers) {
  const std::string text = tealight({"runs", two_runs()}).out;
  EXPECT_HAS(line_with(text, "started"), "lr");
  EXPECT_FALSE(contains(text, "mlp")) << text;  // the same in both
  EXPECT_HAS(line_with(text, "2025-01-01"), "0.75");
  EXPECT_HAS(line_with(text, "deep/b"), "0.3");  // a step that was logged again
}

TEST(Runs, SortsAndFilters) {
  const std::string folder = two_runs();
  const auto names = [&](std::vector<std::string> args) {
    args.insert(args.begin(), {"runs", folder, "--json"});
    std::string all;
    for (const auto& r : tealight(args).json()) all += r["name"].get<std::string>() + " ";
    return all;
  };
  EXPECT_EQ(names({}), "a deep/b ");
  EXPECT_EQ(names({"--sort", "accuracy"}), "deep/b a ");
  EXPECT_EQ(names({"--sort", "accuracy", "--descending"}), "a deep/b ");
  EXPECT_EQ(names({"--sort", "loss"}), "a deep/b ");  // what has none comes last
  EXPECT_EQ(names({"--filter", "lr<0.05"}), "deep/b ");
  EXPECT_EQ(names({"--filter", "lr>=0.1", "--filter", "net=mlp"}), "a ");
  EXPECT_EQ(names({"--filter", "name!=a"}), "deep/b ");
  EXPECT_EQ(names({"--filter", "loss>0"}), "a ");
}

TEST(Runs, SaysWhatItCannotDo) {
  const std::string folder = two_runs();
  EXPECT_HAS(tealight({"runs", folder, "--sort", "size"}).err, "choose one of name, started, seed");
  EXPECT_EQ(tealight({"runs", folder, "--filter", "lr"}).status, 2);
  EXPECT_HAS(tealight({"runs", folder, "--plot", "p.svg", "--metric", "x"}).err,
             "choose one of accuracy, loss");
  EXPECT_HAS(tealight({"runs", scratch_folder()}).err, "holds no runs");
}

TEST(Runs, DrawsPageAndPicture) {
  const std::string folder = two_runs();
  write(folder + "c/run.json", R"({"name":"</script><b>","config":{},"machine":{}})");
  tealight({"runs", folder, "--html", folder + "runs.html", "--plot", folder + "a.svg"});
  const std::string page = text_of(folder + "runs.html");
  EXPECT_HAS(page, R"("accuracy":[[1,0.5],[2,0.75]])");
  EXPECT_FALSE(contains(page, "/*DATA*/"));
  EXPECT_FALSE(contains(page, "http://") && contains(page, "src=")) << "it loads something";
  EXPECT_EQ(page.find("</script>"), page.rfind("</script>"));
  const std::string svg = text_of(folder + "a.svg");
  EXPECT_HAS(svg, "stroke=\"#d62728\"");  // the second curve
  EXPECT_HAS(svg, "deep/b</text>");
  EXPECT_EQ(tealight({"runs", folder, "--plot", folder + "a.png"}).status, 0);
  EXPECT_EQ(text_of(folder + "a.png").substr(1, 3), "PNG");
  EXPECT_HAS(tealight({"runs", folder, "--plot", folder + "a.doc"}).err, "a.doc");
}

}  // namespace
}  // namespace tealight::cli
