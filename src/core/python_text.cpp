#include "core/python_text.h"

#include <charconv>
#include <cmath>

namespace tealight {
namespace {

std::string digits_of(double v) {
  char buffer[64];
  const double magnitude = std::fabs(v);
  // Python's switch to exponents: below 1e-4 and from 1e16.
  const bool plain = magnitude == 0 || (magnitude >= 1e-4 && magnitude < 1e16);
  const auto format = plain ? std::chars_format::fixed : std::chars_format::scientific;
  return {buffer, std::to_chars(buffer, buffer + sizeof buffer, v, format).ptr};
}

}  // namespace

std::string python_repr(double v) {
  if (std::isnan(v)) return "nan";
  if (std::isinf(v)) return v < 0 ? "-inf" : "inf";
  std::string text = digits_of(v);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::string python_repr(std::complex<double> z) {
  const auto part = [](double v) {
    std::string text = python_repr(v);
    if (text.ends_with(".0")) text.resize(text.size() - 2);
    return text;
  };
  if (z.real() == 0 && !std::signbit(z.real())) return part(z.imag()) + "j";
  const bool minus = std::signbit(z.imag()) && !std::isnan(z.imag());
  return "(" + part(z.real()) + (minus ? "" : "+") + part(z.imag()) + "j)";
}

std::string python_repr(std::string_view text) {
  const bool single =
      text.find('\'') == std::string_view::npos || text.find('"') != std::string_view::npos;
  const char quote = single ? '\'' : '"';
  std::string out(1, quote);
  for (char c : text) {
    if (c == quote || c == '\\')
      out += {'\\', c};
    else if (c == '\n')
      out += "\\n";
    else if (c == '\r')
      out += "\\r";
    else if (c == '\t')
      out += "\\t";
    else if (uint8_t(c) < 0x20 || c == 0x7F) {
      constexpr char kHex[] = "0123456789abcdef";
      out += {'\\', 'x', kHex[uint8_t(c) >> 4], kHex[c & 15]};
    } else
      out += c;
  }
  return out + quote;
}

}  // namespace tealight
