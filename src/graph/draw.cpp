#include "tealight/draw.h"

#include <fstream>

#include "graph/drawing.h"

namespace tealight {

std::string draw(const Graph& g) { return ir::drawn_text(ir::drawn_nodes(g.ir())); }

void draw(const Graph& g, const std::string& path, const std::string& title) {
  std::ofstream out(path, std::ios::binary);
  out << ir::drawn_svg(ir::drawn_nodes(g.ir()), title);
  TL_CHECK(out.flush(), "draw: '", path, "' cannot be written; is the folder there?");
}

}  // namespace tealight
