// A small web server for pages of the command itself: on loopback, for no other site's pages.
#pragma once
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace tealight::cli {

struct WebRequest {
  std::string method, path;  // "POST", "/api/samples"
  std::map<std::string, std::string> query;
  std::string type;  // Content-Type, without parameters
  std::vector<std::byte> body;
  /// Of the query; throws Error, which names it, where it is absent.
  const std::string& argument(const std::string& name) const;
};

struct WebAnswer {
  int status = 200;
  std::string type, body;
};

/// Several threads may call it at once. An Error it throws is answered as 400 with its text.
using WebHandler = std::function<WebAnswer(const WebRequest&)>;

/// Serves 127.0.0.1 until it is destroyed. Refused before the handler sees them: requests whose
/// Host is another (a name that another site lets point here), those from pages of other origins,
/// what writes (other than GET) without a type of content that needs such a page to ask first, and
/// bodies above the limit.
class WebServer {
 public:
  static constexpr size_t kMaxBody = size_t{8} << 20;
  /// Port 0: any that is free. Throws Error where the port is taken, or the library was not built
  /// in.
  WebServer(int port, WebHandler handler);
  ~WebServer();
  int port() const;
  std::string address() const;  // "http://127.0.0.1:8080/"

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tealight::cli
