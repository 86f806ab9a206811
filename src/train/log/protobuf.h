// Protocol buffers, written by hand: the few messages of TensorBoard need fields, no generated
// code.
//   Message point;  point.text(1, "loss").single(2, 0.5f);  event.message(5, point);
// A field is a varint (number << 3 | wire type), then the value; zeros are left out, as proto3
// does.
#pragma once
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

namespace tealight::train {

class Message {
 public:
  const std::string& bytes() const { return bytes_; }

  Message& integer(int field, int64_t v) {
    if (v == 0) return *this;
    key(field, 0);
    varint(uint64_t(v));
    return *this;
  }
  Message& real(int field, double v) {
    if (v == 0) return *this;
    key(field, 1);
    return fixed(v);
  }
  Message& single(int field, float v) {
    key(field, 5);  // written even if 0: in a oneof, absence would be another thing
    return fixed(v);
  }
  Message& text(int field, std::string_view v) {
    key(field, 2);
    varint(v.size());
    bytes_ += v;
    return *this;
  }
  Message& message(int field, const Message& m) { return text(field, m.bytes_); }
  template <class T>  // float or double
  Message& packed(int field, std::span<const T> values) {
    return text(field, {reinterpret_cast<const char*>(values.data()), values.size_bytes()});
  }
  Message& reals(int field, std::span<const double> values) { return packed(field, values); }
  Message& singles(int field, std::span<const float> values) { return packed(field, values); }
  /// A bool or number within a oneof: there even when it is zero.
  Message& present_integer(int field, int64_t v) {
    key(field, 0);
    varint(uint64_t(v));
    return *this;
  }
  Message& present_real(int field, double v) {
    key(field, 1);
    return fixed(v);
  }

 private:
  void key(int field, int wire_type) { varint(uint64_t(field) << 3 | uint64_t(wire_type)); }
  void varint(uint64_t v) {
    for (; v >= 0x80; v >>= 7) bytes_ += char(v | 0x80);
    bytes_ += char(v);
  }
  template <class T>
  Message& fixed(T v) {
    bytes_.append(reinterpret_cast<const char*>(&v), sizeof v);
    return *this;
  }
  std::string bytes_;
};

}  // namespace tealight::train
