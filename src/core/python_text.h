// Numbers and strings as Python's repr() writes them.
#pragma once
#include <complex>
#include <string>
#include <string_view>

namespace tealight {

/// The shortest digits that read back as the same double: "0.1", "1e-05", "3.0", "nan".
std::string python_repr(double v);
/// "(1+2j)", "2j"
std::string python_repr(std::complex<double> z);
/// In quotes, single ones if they serve.
std::string python_repr(std::string_view text);

}  // namespace tealight
