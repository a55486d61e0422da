from . import test_credit_journey, test_orders
