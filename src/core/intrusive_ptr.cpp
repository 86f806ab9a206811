#include "tealight/intrusive_ptr.h"

namespace tealight {

// Out of line, so that the class's type information has one home.
intrusive_ptr_target::~intrusive_ptr_target() = default;

}  // namespace tealight
