// The page of tealight collect --serve, asked over loopback.
#include "collect_page.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "tealight/data/draw.h"
#include "tealight/data/encode.h"
#include "testing.h"

namespace tealight::cli {
namespace {
namespace fs = std::filesystem;
using nlohmann::json;

#if TL_WITH_CIVETWEB

struct Reply {
  int status = 0;
  std::string head, body;
  json parsed() const { return json::parse(body); }
};

// Sends text to 127.0.0.1:port and reads to the end.
Reply exchange(int port, const std::string& request) {
  const int s = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(uint16_t(port));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string text;
  if (connect(s, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0 &&
      send(s, request.data(), request.size(), MSG_NOSIGNAL) == ssize_t(request.size())) {
    char part[4096];
    for (ssize_t n; (n = recv(s, part, sizeof part, 0)) > 0;) text.append(part, size_t(n));
  }
  close(s);
  Reply r;
  const size_t end = text.find("\r\n\r\n");
  if (!text.starts_with("HTTP/1.1 ") || end == text.npos) return r;
  r.status = std::stoi(text.substr(9));
  r.head = text.substr(0, end);
  r.body = text.substr(end + 4);
  return r;
}

class CollectPageTest : public testing::Test {
 protected:
  CollectPageTest()
      : out(scratch_folder()),
        page(SampleFolder(out + "moves"), options()),
        server(0, [this](const WebRequest& r) { return page.answer(r); }) {}

  TransferOptions options() const {
    TransferOptions o;
    o.folder = out + "moves";
    o.out = out + "run";
    o.backbone = "squeezenet1_1";
    o.epochs = 1;
    return o;
  }

  std::string host() const { return "Host: 127.0.0.1:" + std::to_string(server.port()) + "\r\n"; }
  Reply get(const std::string& path, const std::string& headers = "") const {
    return exchange(server.port(), "GET " + path + " HTTP/1.1\r\n" + host() + headers + "\r\n");
  }
  Reply post(const std::string& path, const std::string& body, const std::string& type,
             const std::string& more = "") const {
    return exchange(server.port(), "POST " + path + " HTTP/1.1\r\n" + host() + "Content-Type: " +
                                       type + "\r\nContent-Length: " + std::to_string(body.size()) +
                                       "\r\n" + more + "\r\n" + body);
  }
  Reply post(const std::string& path, const json& body) const {
    return post(path, body.dump(), "application/json");
  }
  Reply sample(const std::string& name, int shade) const {
    return post("/api/samples?class=" + name, jpeg(shade), "image/jpeg");
  }
  static std::string jpeg(int shade) {
    Image image = make_image(64, 64, 3, 128);
    fill_rectangle(image, 8, 8, 50, 40, {uint8_t(shade), uint8_t(255 - shade), 30});
    const std::vector<std::byte> bytes = encode_jpeg(image);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }

  std::string out;
  CollectPage page;
  WebServer server;
};

TEST_F(CollectPageTest, ServesThePage) {
  const Reply r = get("/");
  EXPECT_EQ(r.status, 200);
  EXPECT_HAS(r.head, "text/html");
  EXPECT_HAS(r.body, "getUserMedia");
  EXPECT_EQ(get("/../../etc/passwd").status, 404);
  EXPECT_EQ(get("/cli/").status, 404);
}

TEST_F(CollectPageTest, KeepsSamplesByClass) {
  EXPECT_EQ(get("/api/state").parsed()["classes"], json::array());
  EXPECT_EQ(post("/api/classes", {{"name", "up"}}).parsed()["count"], 0);
  EXPECT_EQ(sample("up", 10).parsed()["count"], 1);
  EXPECT_EQ(sample("up", 20).parsed()["count"], 2);
  EXPECT_EQ(sample("thumbs%20down", 200).parsed()["name"], "thumbs down");
  EXPECT_EQ(text_of(out + "moves/up/up_0002.jpg"), jpeg(20));
  EXPECT_EQ(post("/api/undo", {{"class", "up"}}).parsed()["count"], 1);
  EXPECT_FALSE(fs::exists(out + "moves/up/up_0002.jpg"));
  EXPECT_EQ(get("/api/state").parsed()["classes"],
            (json{{{"name", "thumbs down"}, {"count", 1}}, {{"name", "up"}, {"count", 1}}}));
}

TEST_F(CollectPageTest, SaysWhatIsWrongWithARequest) {
  const auto wrong = [](const Reply& r, int status, const std::string& says) {
    EXPECT_EQ(r.status, status) << r.body;
    EXPECT_HAS(r.body, says);
  };
  wrong(sample("..%2Fup", 1), 400, "cannot be the name of a class");
  wrong(post("/api/classes", {{"name", "/etc"}}), 400, "cannot be the name of a class");
  wrong(post("/api/classes", {{"nom", "up"}}), 400, "\"name\"");
  wrong(post("/api/classes", "{", "application/json"), 400, "send JSON");
  wrong(post("/api/samples", jpeg(1), "image/jpeg"), 400, "lacks ?class=");
  wrong(post("/api/samples?class=up", "no picture", "image/jpeg"), 400, "the picture");
  wrong(post("/api/samples?class=up", "{}", "application/json"), 400, "send a picture");
  wrong(post("/api/classify", jpeg(1), "image/jpeg"), 400, "there is no model yet");
  wrong(post("/api/nothing", json::object()), 404, "there is no POST /api/nothing");
  wrong(post("/api/samples?class=up", jpeg(1), "text/plain"), 415, "image/");
  const std::string large = std::to_string(WebServer::kMaxBody + 1);
  wrong(exchange(server.port(), "POST /api/classify HTTP/1.1\r\n" + host() +
                                    "Content-Type: image/jpeg\r\nContent-Length: " + large +
                                    "\r\n\r\n"),
        413, large);
  EXPECT_FALSE(fs::exists(out + "moves/up"));
  EXPECT_FALSE(fs::exists(out + "up"));
}

TEST_F(CollectPageTest, RefusesPagesOfOtherSites) {
  const std::string at = std::to_string(server.port());
  EXPECT_EQ(exchange(server.port(), "GET /api/state HTTP/1.1\r\nHost: evil.example\r\n\r\n").status,
            403);
  EXPECT_EQ(exchange(server.port(), "GET /api/state HTTP/1.1\r\n\r\n").status / 100, 4);
  EXPECT_EQ(get("/api/state", "Origin: http://evil.example\r\n").status, 403);
  EXPECT_EQ(get("/api/state", "Origin: https://127.0.0.1:" + at + "\r\n").status, 403);
  EXPECT_EQ(get("/api/state", "Origin: http://127.0.0.1:1\r\n").status, 403);
  EXPECT_EQ(get("/", "Sec-Fetch-Site: cross-site\r\n").status, 403);
  EXPECT_EQ(post("/api/samples?class=up", jpeg(1), "image/jpeg", "Origin: null\r\n").status, 403);
  EXPECT_EQ(get("/api/state", "Origin: http://127.0.0.1:" + at + "\r\n").status, 200);
  EXPECT_EQ(get("/api/state", "Sec-Fetch-Site: same-origin\r\n").status, 200);
  EXPECT_EQ(exchange(server.port(), "GET / HTTP/1.1\r\nHost: localhost:" + at + "\r\n\r\n").status,
            200);
  EXPECT_FALSE(fs::exists(out + "moves/up"));
}

TEST_F(CollectPageTest, TrainsAndTellsWhatItSees) {
  for (int i = 0; i < 3; ++i) {
    sample("red", 255 - i);
    sample("green", i);
  }
  ASSERT_EQ(post("/api/train", json::object()).parsed()["state"], "running");
  EXPECT_EQ(post("/api/train", json::object()).status, 400);  // one at a time
  json training;
  do {
    usleep(50000);
    training = get("/api/state").parsed()["training"];
  } while (training["state"] == "running");
  ASSERT_EQ(training["state"], "done") << training;
  EXPECT_EQ(training["result"]["classes"], (json{"green", "red"}));
  EXPECT_EQ(training["epochs"].size(), 1u);
  const json seen = post("/api/classify", jpeg(255), "image/jpeg").parsed();
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_GE(seen[0]["probability"].get<double>(), seen[1]["probability"].get<double>());
  EXPECT_NEAR(seen[0]["probability"].get<double>() + seen[1]["probability"].get<double>(), 1, 1e-5);
  EXPECT_TRUE(get("/api/state").parsed()["model"]);
}

TEST_F(CollectPageTest, ATrainingThatCannotBeFails) {
  sample("red", 255);
  post("/api/train", json::object());
  json training;
  do {
    usleep(20000);
    training = get("/api/state").parsed()["training"];
  } while (training["state"] == "running");
  EXPECT_EQ(training["state"], "failed");
  EXPECT_HAS(training["error"].get<std::string>(), "'red' is the only class");
}

TEST(CollectServe, ServesUntilItIsEnded) {
  const std::string out = scratch_folder();
  int port = 0, status = -1;
  {
    const WebServer probe(0, [](const WebRequest&) { return WebAnswer{}; });
    port = probe.port();
  }
  std::thread command([&] {
    status = run_command({"collect", out + "moves/", "--classes", "up,down", "--serve", "--port",
                          std::to_string(port)});
  });
  const std::string request =
      "GET /api/state HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) + "\r\n\r\n";
  Reply state;
  for (int tries = 0; state.status != 200 && tries < 600; ++tries) {
    usleep(50000);
    state = exchange(port, request);
  }
  if (state.status != 200) {
    command.detach();
    FAIL() << "no answer";
  }
  EXPECT_EQ(state.parsed()["classes"].size(), 2u);
  pthread_kill(command.native_handle(), SIGTERM);
  command.join();
  EXPECT_EQ(status, 0);
  EXPECT_EQ(exchange(port, request).status, 0);
  EXPECT_TRUE(fs::is_directory(out + "moves/down"));
}

TEST(WebServer, SaysThatAPortIsTaken) {
  const WebServer first(0, [](const WebRequest&) { return WebAnswer{}; });
  try {
    const WebServer second(first.port(), [](const WebRequest&) { return WebAnswer{}; });
    FAIL();
  } catch (const Error& e) {
    EXPECT_HAS(std::string(e.what()), "is the port taken?");
  }
}

#else
TEST(WebServer, SaysThatItWasNotBuiltIn) {
  const Printed p = tealight({"collect", scratch_folder() + "moves", "--serve"});
  EXPECT_EQ(p.status, 1);
  EXPECT_HAS(p.err, "libcivetweb-dev");
}
#endif

}  // namespace
}  // namespace tealight::cli
