#include "../load.h"
extern const driver ws_driver, socketio_driver, confab_driver;
const driver *const drivers[] = {&ws_driver, &socketio_driver, &confab_driver, 0};
