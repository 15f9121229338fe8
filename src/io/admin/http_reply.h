// Answers on their way into libmicrohttpd.
#pragma once

#include <microhttpd.h>

#include "admin/api_request.h"
#include "web/page_file.h"

namespace synsplice {

// The socket that a request came through.
int DescriptorOf(MHD_Connection* connection);

MHD_Result Send(MHD_Connection* connection, const ApiResponse& answer);
// A file of the page, or what is wrong with asking for it so.
MHD_Result SendPage(MHD_Connection* connection, const PageFile& file, std::string_view method);
// What is made piece by piece; takes `response` over. nullptr: there is no memory for it.
MHD_Result SendStream(MHD_Connection* connection, const std::string& type, MHD_Response* response);

}  // namespace synsplice
