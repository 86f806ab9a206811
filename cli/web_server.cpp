// By CivetWeb, the only file that knows it.
#include "web_server.h"

#include <algorithm>
#include <optional>

#include "tealight/error.h"

#if TL_WITH_CIVETWEB
#include <civetweb.h>
#endif

namespace tealight::cli {

const std::string& WebRequest::argument(const std::string& name) const {
  const auto found = query.find(name);
  TL_CHECK(found != query.end(), "the address lacks ?", name, "=");
  return found->second;
}

#if TL_WITH_CIVETWEB
namespace {

constexpr const char* kThreads = "4";
constexpr const char* kTimeoutMs = "10000";

std::string header(const mg_connection* c, const char* name) {
  const char* value = mg_get_header(c, name);
  return value ? value : "";
}

const char* reason(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 400:
      return "Bad Request";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    default:
      return "Internal Server Error";
  }
}

void answer(mg_connection* c, const WebAnswer& a) {
  mg_printf(
      c,
      "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\nCache-Control: no-store\r\n"
      "X-Content-Type-Options: nosniff\r\nX-Frame-Options: DENY\r\n"
      "Content-Security-Policy: default-src 'self'; style-src 'self' 'unsafe-inline'; "
      "script-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' blob:; "
      "frame-ancestors 'none'\r\n"
      "Connection: close\r\n\r\n",
      a.status, reason(a.status), a.type.c_str(), a.body.size());
  mg_write(c, a.body.data(), a.body.size());
}

WebAnswer refused(int status, const std::string& why) {
  return {status, "text/plain; charset=utf-8", why + "\n"};
}

std::string decoded(const std::string& text) {
  std::string out(text.size() + 1, '\0');
  const int n = mg_url_decode(text.data(), int(text.size()), out.data(), int(out.size()), 1);
  out.resize(size_t(n < 0 ? 0 : n));
  return out;
}

std::map<std::string, std::string> query_of(const char* text) {
  std::map<std::string, std::string> query;
  const std::string all = text ? text : "";
  for (size_t at = 0; at < all.size();) {
    const size_t end = std::min(all.find('&', at), all.size());
    const std::string pair = all.substr(at, end - at);
    const size_t equals = std::min(pair.find('='), pair.size());
    query[decoded(pair.substr(0, equals))] =
        equals < pair.size() ? decoded(pair.substr(equals + 1)) : "";
    at = end + 1;
  }
  return query;
}

}  // namespace

struct WebServer::State {
  WebHandler handler;
  mg_context* context = nullptr;
  int port = 0;

  // None where a request may be handled.
  static std::optional<WebAnswer> refusal(const mg_connection* c, const mg_request_info& info) {
    const auto ours = [&](const std::string& host) {
      return host == str("127.0.0.1:", info.server_port) ||
             host == str("localhost:", info.server_port);
    };
    if (!ours(header(c, "Host")))
      return refused(403, str("this server answers to http://127.0.0.1:", info.server_port));
    const std::string origin = header(c, "Origin"), site = header(c, "Sec-Fetch-Site");
    const bool foreign =
        !origin.empty() && !(origin.starts_with("http://") && ours(origin.substr(7)));
    if (foreign || site == "cross-site" || site == "same-site")
      return refused(403, "pages of other sites may not ask this server");
    if (std::string(info.request_method) == "GET") return std::nullopt;
    const std::string type = type_of(c);
    if (type != "application/json" && !type.starts_with("image/"))
      return refused(415, "send application/json, or a picture as image/...");
    if (info.content_length < 0) return refused(400, "the request lacks Content-Length");
    if (size_t(info.content_length) > kMaxBody)
      return refused(413, str("a request may have ", kMaxBody >> 20, " MB, this one has ",
                              info.content_length, " bytes"));
    return std::nullopt;
  }

  static std::string type_of(const mg_connection* c) {
    const std::string type = header(c, "Content-Type");
    return type.substr(0, type.find(';'));
  }

  static WebRequest request_of(mg_connection* c, const mg_request_info& info) {
    WebRequest r{.method = info.request_method,
                 .path = info.local_uri ? info.local_uri : "",
                 .query = query_of(info.query_string),
                 .type = type_of(c),
                 .body = {}};
    r.body.resize(size_t(std::max<long long>(info.content_length, 0)));
    size_t got = 0;
    while (got < r.body.size()) {
      const int n = mg_read(c, r.body.data() + got, r.body.size() - got);
      TL_CHECK(n > 0, "the request ended after ", got, " of ", r.body.size(), " bytes");
      got += size_t(n);
    }
    return r;
  }

  void handle(mg_connection* c) const {
    const mg_request_info& info = *mg_get_request_info(c);
    if (const auto refusal = this->refusal(c, info)) return answer(c, *refusal);
    try {
      answer(c, handler(request_of(c, info)));
    } catch (const Error& e) {
      answer(c, refused(400, e.what()));
    } catch (const std::exception& e) {
      answer(c, refused(500, e.what()));
    }
  }

  static int on_request(mg_connection* c) {
    static_cast<const State*>(mg_get_request_info(c)->user_data)->handle(c);
    return 1;
  }
  static int on_log(const mg_connection*, const char*) { return 1; }  // not on the terminal
};

WebServer::WebServer(int port, WebHandler handler) : state_(std::make_unique<State>()) {
  TL_CHECK(port >= 0 && port < 65536, "port ", port, " is none; choose one from 1024 to 65535");
  state_->handler = std::move(handler);
  const std::string listen = str("127.0.0.1:", port);
  const char* options[] = {"listening_ports",    listen.c_str(), "num_threads", kThreads,
                           "request_timeout_ms", kTimeoutMs,     nullptr};
  mg_callbacks callbacks{};
  callbacks.begin_request = State::on_request;
  callbacks.log_message = State::on_log;
  mg_init_library(0);
  state_->context = mg_start(&callbacks, state_.get(), options);
  mg_server_port bound{};
  if (!state_->context || mg_get_server_ports(state_->context, 1, &bound) != 1) {
    if (state_->context) mg_stop(state_->context);
    throw Error(str("cannot serve ", listen, "; is the port taken?"))
        .fix("choose another: --port 0");
  }
  state_->port = bound.port;
}
WebServer::~WebServer() { mg_stop(state_->context); }
int WebServer::port() const { return state_->port; }

#else
struct WebServer::State {};
WebServer::WebServer(int, WebHandler) {
  throw Error("this tealight was built without CivetWeb, which serves pages")
      .fix("install libcivetweb-dev, and build again");
}
WebServer::~WebServer() = default;
int WebServer::port() const { return 0; }
#endif

std::string WebServer::address() const { return str("http://127.0.0.1:", port(), "/"); }

}  // namespace tealight::cli
