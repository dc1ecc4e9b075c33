#include "cjsontext.h"
int cjsontext_placeholder(void) { return 0; }
