"""The glass: session to scene, scene to boxes, boxes to pixels, presses to events."""
