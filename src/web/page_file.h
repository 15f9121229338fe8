// The files of the page (web/ of the sources), parts of the program.
#pragma once

#include <string_view>

namespace synsplice {

struct PageFile {
  std::string_view path;  // of its URL
  std::string_view type;  // media type
  std::string_view content;
};

// nullptr: there is none.
const PageFile* FindPageFile(std::string_view path);

}  // namespace synsplice
