"""What a playbook would have done: its rules told over again on what really happened to this business."""
