#include "web/page_file.h"

#include <algorithm>
#include <iterator>

// X(name, path, file, type)
#define SYNSPLICE_PAGE_FILES(X)                                           \
  X(index, "/", SYNSPLICE_WEB "/index.html", kHtml)                       \
  X(css, "/page/page.css", SYNSPLICE_WEB "/page.css", kCss)               \
  X(icon, "/page/icon.svg", SYNSPLICE_WEB "/icon.svg", kSvg)              \
  X(d3, "/page/d3.js", SYNSPLICE_D3, kScript)                             \
  X(main, "/page/main.js", SYNSPLICE_WEB "/main.js", kScript)             \
  X(feed, "/page/feed.js", SYNSPLICE_WEB "/feed.js", kScript)             \
  X(messages, "/page/messages.js", SYNSPLICE_WEB "/messages.js", kScript) \
  X(model, "/page/model.js", SYNSPLICE_WEB "/model.js", kScript)          \
  X(format, "/page/format.js", SYNSPLICE_WEB "/format.js", kScript)       \
  X(charts, "/page/charts.js", SYNSPLICE_WEB "/charts.js", kScript)       \
  X(chart, "/page/chart.js", SYNSPLICE_WEB "/chart.js", kScript)          \
  X(plot, "/page/plot.js", SYNSPLICE_WEB "/plot.js", kScript)             \
  X(table, "/page/table.js", SYNSPLICE_WEB "/table.js", kScript)          \
  X(tables, "/page/tables.js", SYNSPLICE_WEB "/tables.js", kScript)       \
  X(figures, "/page/figures.js", SYNSPLICE_WEB "/figures.js", kScript)    \
  X(timeline, "/page/timeline.js", SYNSPLICE_WEB "/timeline.js", kScript)

#define SYNSPLICE_EMBED(name, path, file, type) \
  asm(".section .rodata\n"                      \
      "synsplice_page_" #name                   \
      "_begin:\n"                               \
      ".incbin \"" file                         \
      "\"\n"                                    \
      "synsplice_page_" #name                   \
      "_end:\n"                                 \
      ".previous");                             \
  extern "C" const char synsplice_page_##name##_begin[], synsplice_page_##name##_end[];
SYNSPLICE_PAGE_FILES(SYNSPLICE_EMBED)
#undef SYNSPLICE_EMBED

namespace synsplice {
namespace {

constexpr std::string_view kHtml = "text/html; charset=utf-8";
constexpr std::string_view kCss = "text/css; charset=utf-8";
constexpr std::string_view kScript = "text/javascript; charset=utf-8";
constexpr std::string_view kSvg = "image/svg+xml";

#define SYNSPLICE_FILE(name, path, file, type) \
  {path, type, {synsplice_page_##name##_begin, synsplice_page_##name##_end}},
const PageFile kFiles[] = {SYNSPLICE_PAGE_FILES(SYNSPLICE_FILE)};
#undef SYNSPLICE_FILE

}  // namespace

const PageFile* FindPageFile(std::string_view path) {
  const auto file = std::ranges::find(kFiles, path, &PageFile::path);
  return file == std::end(kFiles) ? nullptr : file;
}

}  // namespace synsplice
