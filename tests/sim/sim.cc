// sim: random runs of the whole world, each from one seed. runs.h has the command line.

#include "runs.h"
#include "world.h"

int main(int argc, char** argv) {
  return synsplice::sim::RunSimulator<synsplice::sim::World>("sim", argc, argv);
}
