"""The drawings that the app's page carries, so that they need no request of their own. A test compares them with what the modules use."""

ICONS = tuple(
    """
adjustments alert-circle alert-triangle archive arrow-back-up arrow-left arrow-right award ban bell bike book briefcase building calendar
calendar-due camera camera-plus car check checkbox checklist checks chevron-down chevron-left chevron-right chevron-up circle-check
circle-dashed circle-dot circle-minus circle-plus circle-x clipboard-check clipboard-list clock clock-exclamation cloud-upload crosshair
current-location device-mobile dots dots-vertical download edit external-link eye eye-off file-text file-zip filter flag focus-2 gavel
hand-finger help-circle history home hourglass id info-circle key layers-intersect list list-check list-details list-search lock lock-open
login logout map map-2 map-pin map-pin-check map-pin-off map-pins map-search message message-report minus mood-happy mood-sad note notes pencil
phone photo photo-check photo-off photo-plus pin player-pause plus progress-check qrcode refresh repeat report report-search rotate-clockwise
route scan search select send settings share shield-check square-check tags text-size tools trash user user-check user-circle users walk wifi
wifi-off world writing x
""".split()  # noqa: SIM905
)
