from django.apps import AppConfig


class EntranceConfig(AppConfig):
    name = "trellis.entrance"
    label = "entrance"

    def ready(self) -> None:
        from trellis.web import navigation
        from trellis.web.navigation import Doorway, PersonAct, PersonPage

        navigation.register_person_page(
            PersonPage(label="Sign-in and security", icon="shield-check", url_name="mfa_index")
        )
        navigation.register_doorways(
            Doorway(
                label="Sign-in and security",
                words="my own password passkeys two-factor 2fa second step codes recovery sessions devices",
                icon="shield-check",
                url_name="mfa_index",
            )
        )
        navigation.register_person_act(PersonAct(label="Log out", icon="log-out", url_name="account_logout"))
